import type { DiskJobName, DiskWindow } from './result.ts';

/** One fio run: its exact arguments, and how to read what comes out. */
export interface DiskJob {
  readonly name: DiskJobName;
  /** Which of fio's jobs in this run is the measured one; the others are its neighbours. */
  readonly measured: string;
  readonly arguments: readonly string[];
  /** About how long it takes; a job that is bound by size may be done earlier. */
  readonly seconds: number;
  /** After this long fio is interrupted: it then prints what it has. */
  readonly timeout_s: number;
  readonly fileMode: DiskWindow['fileMode'];
  readonly fileSize_bytes: number;
}

const MiB = 2 ** 20;

/** Written in full before the first job, and used by all that need blocks that are there. */
export const dataFile = 'data';

/** YABS uses 2 GB; a quick run must not take longer for its files than for its jobs. */
export const dataFileBytes = (quick: boolean): number => (quick ? 256 : 2048) * MiB;
/** At most: these files grow with each write, and a job ends where one is full. None ever wraps into an overwrite. */
const logFileBytes = (quick: boolean): number => (quick ? 512 : 2048) * MiB;
/** The segment writer of `wal-contended`, as a broker moves its log into segments. */
const segments = { bytesPerSecond: 20 * MiB, fileBytes: 1536 * MiB };

/** What the folder can grow to: the data file, one log, and the segments beside it. */
export const neededBytes = (quick: boolean): number =>
  dataFileBytes(quick) + logFileBytes(quick) + (quick ? 0 : segments.fileBytes);

const percentiles = '--percentile_list=50:90:95:99:99.9:99.99';
const common = ['--output-format=json', percentiles, '--refill_buffers=1'] as const;

/**
 * Bound by time, and never round again: `time_based` would start over at the beginning of a full file, and an
 * overwrite is about twice as fast as an append. `fallocate=none`: a preallocated file is 1.4 times as fast.
 */
const append = (blockSize: string, quick: boolean): readonly string[] => [
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
const logged = ['--write_iops_log=rates', '--log_avg_msec=100'] as const;

const random = (mode: 'randread' | 'randwrite', depth: number, quick: boolean): readonly string[] => [
  `--filename=${dataFile}`,
  `--size=${dataFileBytes(quick)}`,
  `--rw=${mode}`,
  '--bs=4k',
  '--direct=1',
  // A synchronous engine caps the depth at 1, and has less of its own in the figure there.
  ...(depth === 1 ? ['--ioengine=psync'] : ['--ioengine=libaio', `--iodepth=${depth}`]),
  '--time_based=1',
];

/** fio stops as soon as it is steady, so a full window may be shorter than its runtime. SNIA's rule needs a drive that one can purge. */
const steady = ['--ss=iops_slope:0.3%', '--ss_dur=20', '--ss_ramp=5'] as const;

interface Window {
  readonly runtime: number;
  readonly ramp: number;
}

const duration = ({ runtime, ramp }: Window): readonly string[] => [`--runtime=${runtime}`, `--ramp_time=${ramp}`];

const timed = (window: Window) => ({
  seconds: window.runtime + window.ramp,
  timeout_s: window.runtime + window.ramp + 30,
});

function walJob(name: 'wal-append' | 'wal-batch', blockSize: string, quick: boolean, window: Window): DiskJob {
  return {
    name,
    measured: name,
    arguments: [
      ...common,
      `--name=${name}`,
      ...append(blockSize, quick),
      ...duration(window),
      ...logged,
      ...(quick ? [] : steady),
    ],
    ...timed(window),
    fileMode: 'append',
    fileSize_bytes: logFileBytes(quick),
  };
}

function contendedJob(window: Window): DiskJob {
  const wal = ['--name=wal-contended', ...append('4k', false)];
  const reader = ['--name=reader', ...random('randread', 16, false)];
  const writer = [
    '--name=segments',
    '--rw=write',
    '--bs=64k',
    '--ioengine=psync',
    '--fallocate=none',
    '--time_based=0',
    `--size=${segments.fileBytes}`,
    `--rate=${segments.bytesPerSecond}`,
  ];
  return {
    name: 'wal-contended',
    measured: 'wal-contended',
    // What comes before the first job's name holds for that job only, except under the name "global".
    arguments: ['--output-format=json', '--name=global', percentiles, '--refill_buffers=1', ...duration(window)].concat(
      wal,
      reader,
      writer,
    ),
    ...timed(window),
    fileMode: 'append',
    fileSize_bytes: logFileBytes(false),
  };
}

function randomJob(mode: 'randread' | 'randwrite', depth: 1 | 64, quick: boolean, window: Window): DiskJob {
  const name = `${mode}-${depth}` as const;
  return {
    name,
    measured: name,
    arguments: [
      ...common,
      `--name=${name}`,
      ...random(mode, depth, quick),
      ...duration(window),
      ...logged,
      ...(quick ? [] : steady),
    ],
    ...timed(window),
    fileMode: 'overwrite',
    fileSize_bytes: dataFileBytes(quick),
  };
}

/**
 * Each write goes to the disk by itself and to blocks that are there, so fdatasync has nothing left to do but to flush
 * the disk's cache: its time is the flush's own. With the 1st percentile: programs that compete for processor and disk
 * make most flushes late (measured: the median rises up to fourteenfold, the 1st percentile by a quarter), and one that
 * is late looks like one that waits for the medium.
 */
function flushJob(quick: boolean, window: Window): DiskJob {
  return {
    name: 'randwrite-flush',
    measured: 'randwrite-flush',
    arguments: [
      '--output-format=json',
      percentiles.replace('=50', '=1:50'),
      '--refill_buffers=1',
      '--name=randwrite-flush',
      ...random('randwrite', 1, quick),
      '--fdatasync=1',
      ...duration(window),
    ],
    ...timed(window),
    fileMode: 'overwrite',
    fileSize_bytes: dataFileBytes(quick),
  };
}

/** The line that etcd's documentation gives, as it is: its figures can be compared with everybody's. */
const etcdJob: DiskJob = {
  name: 'etcd',
  measured: 'mytest',
  arguments: [
    '--rw=write',
    '--ioengine=sync',
    '--fdatasync=1',
    '--directory=.',
    '--size=22m',
    '--bs=2300',
    '--name=mytest',
    '--output-format=json',
  ],
  // 10,000 writes.
  seconds: 10,
  timeout_s: 180,
  // fio's default is fallocate=native.
  fileMode: 'preallocated',
  fileSize_bytes: 22 * MiB,
};

/** The job of YABS (v2026-07-03) without `gtod_reduce`, which switches latency off there. */
function yabsJob(name: 'yabs-4k' | 'yabs-64k'): DiskJob {
  const blockSize = name === 'yabs-4k' ? '4k' : '64k';
  return {
    name,
    measured: name,
    arguments: [
      `--name=${name}`,
      '--ioengine=libaio',
      '--rw=randrw',
      '--rwmixread=50',
      `--bs=${blockSize}`,
      '--iodepth=64',
      '--numjobs=2',
      `--size=${dataFileBytes(false)}`,
      '--runtime=30',
      '--direct=1',
      `--filename=${dataFile}`,
      '--group_reporting',
      '--output-format=json',
      percentiles,
    ],
    seconds: 30,
    timeout_s: 60,
    fileMode: 'overwrite',
    fileSize_bytes: dataFileBytes(false),
  };
}

/** One window of every job. The windows of a job lie as far apart as all other jobs take. */
export function diskJobs(quick: boolean): readonly DiskJob[] {
  if (quick) {
    return [
      walJob('wal-append', '4k', true, { runtime: 5, ramp: 1 }),
      randomJob('randwrite', 1, true, { runtime: 3, ramp: 0 }),
      flushJob(true, { runtime: 3, ramp: 0 }),
      randomJob('randread', 1, true, { runtime: 3, ramp: 0 }),
    ];
  }
  const long = { runtime: 60, ramp: 10 };
  const short = { runtime: 30, ramp: 5 };
  return [
    walJob('wal-append', '4k', false, long),
    // Full after some seconds on a fast disk: a long ramp would leave nothing to measure.
    walJob('wal-batch', '64k', false, { runtime: 30, ramp: 1 }),
    etcdJob,
    contendedJob(long),
    randomJob('randread', 1, false, short),
    randomJob('randread', 64, false, short),
    randomJob('randwrite', 1, false, short),
    flushJob(false, { runtime: 15, ramp: 2 }),
    randomJob('randwrite', 64, false, short),
    yabsJob('yabs-4k'),
    yabsJob('yabs-64k'),
  ];
}

export const windowsOf = (quick: boolean): number => (quick ? 1 : 2);
