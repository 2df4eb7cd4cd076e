/** One fio run: its exact arguments, and how to read what comes out. */
export interface FioJob {
  /** Which of fio's jobs in this run is the measured one; the others are its neighbours. */
  readonly measured: string;
  readonly arguments: readonly string[];
  /** About how long it takes; a job that is bound by size may be done earlier. */
  readonly seconds: number;
  /** After this long fio is interrupted: it then prints what it has. */
  readonly timeout_s: number;
}

export const MiB = 2 ** 20;

/** Written in full before the first job, and used by all that need blocks that are there. */
export const dataFile = 'data';

/** YABS uses 2 GB; a quick run must not take longer for its files than for its jobs. */
export const dataFileBytes = (quick: boolean): number => (quick ? 256 : 2048) * MiB;
/** At most: these files grow with each write, and a job ends where one is full. None ever wraps into an overwrite. */
export const logFileBytes = (quick: boolean): number => (quick ? 512 : 2048) * MiB;

export const percentiles = '--percentile_list=50:90:95:99:99.9:99.99';
export const common = ['--output-format=json', percentiles, '--refill_buffers=1'] as const;
/** The same for several jobs: what comes before the first job's name holds for that job only, except under this name. */
export const global = ['--output-format=json', '--name=global', percentiles, '--refill_buffers=1'] as const;

/**
 * Bound by time, and never round again: `time_based` would start over at the beginning of a full file, and an
 * overwrite is about twice as fast as an append. `fallocate=none`: a preallocated file is 1.4 times as fast.
 */
export const append = (blockSize: string, quick: boolean): readonly string[] => [
  '--rw=write',
  `--bs=${blockSize}`,
  '--ioengine=psync',
  '--fdatasync=1',
  '--fallocate=none',
  '--time_based=0',
  `--size=${logFileBytes(quick)}`,
];

/** fio's name for the file, and the milliseconds of which it writes down a mean. */
export const rateLog = 'rates_iops.1.log';
export const logged = ['--write_iops_log=rates', '--log_avg_msec=100'] as const;

export const random = (mode: 'randread' | 'randwrite', depth: number, quick: boolean): readonly string[] => [
  `--filename=${dataFile}`,
  `--size=${dataFileBytes(quick)}`,
  `--rw=${mode}`,
  '--bs=4k',
  '--direct=1',
  // A synchronous engine caps the depth at 1, and has less of its own in the figure there.
  ...(depth === 1 ? ['--ioengine=psync'] : ['--ioengine=libaio', `--iodepth=${depth}`]),
  '--time_based=1',
];

export interface Window {
  readonly runtime: number;
  readonly ramp: number;
}

export const duration = ({ runtime, ramp }: Window): readonly string[] => [
  `--runtime=${runtime}`,
  `--ramp_time=${ramp}`,
];

export const timed = (window: Window) => ({
  seconds: window.runtime + window.ramp,
  timeout_s: window.runtime + window.ramp + 30,
});
