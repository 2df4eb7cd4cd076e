import type { NeighbourSample } from './result.ts';

/** The kernel's counters at one moment. They only grow, except that iowait may decrease a little. */
export interface Look {
  /** Since the host started, in milliseconds. /proc/uptime has steps of 10 ms. */
  readonly uptime_ms: number;
  /** Clock ticks of all processors. */
  readonly total: number;
  readonly idle: number;
  readonly steal: number;
  readonly contextSwitches: number;
  /** Microseconds in which some task waited for this resource. Null if the kernel has no PSI. */
  readonly waited: { readonly cpu: number | null; readonly io: number | null; readonly memory: number | null };
}

/** `/proc/stat:cpu  1 2 …`, as grep prints it with the file's name. */
const line = (text: string, file: string, pattern: string): RegExpExecArray | null =>
  new RegExp(`^${file}:${pattern}`, 'm').exec(text);

/** Parses one sample that the host printed. Null if it is incomplete. */
export function parseLook(text: string): Look | null {
  const uptime = line(text, '/proc/uptime', '(\\d+\\.\\d+) ')?.[1];
  const ticks = line(text, '/proc/stat', 'cpu +([\\d ]+)')?.[1]?.trim().split(' ').map(Number);
  const switches = line(text, '/proc/stat', 'ctxt (\\d+)')?.[1];
  if (uptime === undefined || ticks === undefined || switches === undefined || ticks.length < 8) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  return {
    uptime_ms: Number(uptime) * 1000,
    // The two fields after steal, guest time, are part of user and nice.
    total: user + nice + system + idle + iowait + irq + softirq + steal,
    idle: idle + iowait,
    steal,
    contextSwitches: Number(switches),
    waited: { cpu: waited(text, 'cpu'), io: waited(text, 'io'), memory: waited(text, 'memory') },
  };
}

function waited(text: string, what: string): number | null {
  const total = line(text, `/proc/pressure/${what}`, 'some .*total=(\\d+)')?.[1];
  return total === undefined ? null : Number(total);
}

/**
 * What happened between each sample and the next. Uses `total` of PSI, not its averages, which reach back further.
 *
 * @param offset_ms added to the host's uptime to get milliseconds since the run began
 */
export const samplesOf = (looks: readonly Look[], offset_ms: number): NeighbourSample[] =>
  looks.slice(1).flatMap((look, index) => {
    const before = looks[index];
    return before && look.uptime_ms > before.uptime_ms && look.total > before.total
      ? [between(before, look, offset_ms)]
      : [];
  });

function between(before: Look, after: Look, offset_ms: number): NeighbourSample {
  const elapsed_ms = after.uptime_ms - before.uptime_ms;
  const total = after.total - before.total;
  const steal = share(after.steal - before.steal, total);
  const pressure = (what: keyof Look['waited']): number | null => {
    const [from, to] = [before.waited[what], after.waited[what]];
    return from === null || to === null ? null : share(to - from, elapsed_ms * 1000);
  };
  return {
    at_ms: after.uptime_ms + offset_ms,
    steal,
    busy: share(total - (after.idle - before.idle) - (after.steal - before.steal), total),
    pressureCpu: pressure('cpu'),
    pressureIo: pressure('io'),
    pressureMemory: pressure('memory'),
    contextSwitches_per_s: ((after.contextSwitches - before.contextSwitches) * 1000) / elapsed_ms,
  };
}

const share = (part: number, whole: number): number => Math.min(1, Math.max(0, part / whole));
