import { LabError } from './errors.ts';

/** A requested host. */
export interface HostSpec {
  /** a-z, 0-9 and -, at most 31 characters. */
  readonly name: string;
  readonly debian: 12 | 13;
  /** Has no effect for an nspawn host on a machine without systemd. */
  readonly memoryBytes: number;
  /** Has no effect for an nspawn host, which shares the machine's file system. */
  readonly diskBytes: number;
  readonly cpus: number;
}

const GiB = 2 ** 30;

/** Debian 13, 2 GB of memory, 12 GB of disk, 2 CPUs. */
export const defaultSpec = (name: string): HostSpec => ({
  name,
  debian: 13,
  memoryBytes: 2 * GiB,
  diskBytes: 12 * GiB,
  cpus: 2,
});

export const suites = { 12: 'bookworm', 13: 'trixie' } as const;
export type Suite = (typeof suites)[keyof typeof suites];

export function checkSpec(spec: HostSpec): void {
  const refuse = (what: string): never => {
    throw new LabError('LAB_INPUT', `lab host "${spec.name}": ${what}`);
  };
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(spec.name)) refuse('a name has a-z, 0-9 and -, and at most 31 characters');
  if (spec.memoryBytes < GiB / 2) refuse(`expected at least 512 MB of memory, given ${spec.memoryBytes} bytes`);
  if (spec.diskBytes < 2 * GiB) refuse(`expected at least 2 GB of disk, given ${spec.diskBytes} bytes`);
  if (!Number.isInteger(spec.cpus) || spec.cpus < 1) refuse(`expected 1 CPU or more, given ${spec.cpus}`);
}
