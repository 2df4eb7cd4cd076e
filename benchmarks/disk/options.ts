/** One fio run: its exact arguments, and how to read its output. */
export interface FioJob {
  /** The job of this run that is measured. The others are its neighbours. */
  readonly measured: string;
  readonly arguments: readonly string[];
  /** Expected duration. A job bound by size may end earlier. */
  readonly seconds: number;
  /** After this time fio is interrupted: it then prints what it has. */
  readonly timeout_s: number;
}

export const MiB = 2 ** 20;

/** Written in full before the first job, and used by all jobs that need existing blocks. */
export const dataFile = 'data';

/** YABS uses 2 GB. A quick run must not spend more time on its files than on its jobs. */
export const dataFileBytes = (quick: boolean): number => (quick ? 256 : 2048) * MiB;
/**
 * The maximum: these files grow with each write, and a job ends when one is full. None ever wraps into an overwrite.
 */
export const logFileBytes = (quick: boolean): number => (quick ? 512 : 2048) * MiB;

export const percentiles = '--percentile_list=50:90:95:99:99.9:99.99';
export const common = ['--output-format=json', percentiles, '--refill_buffers=1'] as const;
/** The same for several jobs: options before the first job's name apply to that job only, except under this name. */
export const global = ['--output-format=json', '--name=global', percentiles, '--refill_buffers=1'] as const;

/**
 * Bound by time, but never restarting the file: `time_based` would begin again at the start of a full file, and an
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

/** fio's name for the file, and the interval in milliseconds over which it logs a mean. */
export const rateLog = 'rates_iops.1.log';
export const logged = ['--write_iops_log=rates', '--log_avg_msec=100'] as const;

export const random = (mode: 'randread' | 'randwrite', depth: number, quick: boolean): readonly string[] => [
  `--filename=${dataFile}`,
  `--size=${dataFileBytes(quick)}`,
  `--rw=${mode}`,
  '--bs=4k',
  '--direct=1',
  // A synchronous engine limits the depth to 1, and at that depth adds less of its own time to the figure.
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
