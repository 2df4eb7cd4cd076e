import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Where and when a measurement was made. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
}

export const describeMachine = (): Machine => ({
  date: new Date().toISOString(),
  cpu: `${cpus()[0]?.model ?? 'unknown'} (${arch()})`,
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
  node: process.version,
});

/** What else the machine was doing. */
export interface Load {
  /** Tasks that ran or waited: the mean of the last minute. */
  readonly average: number;
  /** Wall time over CPU time of the same work: 1 on a quiet machine, 3 if everything takes three times as long. */
  readonly slowdown: number;
}

const workMs = 300;

export function readLoad(): Load {
  const [started, before] = [performance.now(), process.cpuUsage()];
  let used = 0;
  while (used < workMs * 1000) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
  return { average: loadavg()[0] ?? 0, slowdown: ((performance.now() - started) * 1000) / used };
}
