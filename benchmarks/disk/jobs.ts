import {
  append,
  common,
  dataFile,
  dataFileBytes,
  duration,
  type FioJob,
  global,
  logFileBytes,
  logged,
  MiB,
  percentiles,
  random,
  timed,
  type Window,
} from './options.ts';
import type { DiskJobName, DiskWindow } from './result.ts';

/** A job of the suite, and the file that its figures are about. */
export interface DiskJob extends FioJob {
  readonly name: DiskJobName;
  readonly fileMode: DiskWindow['fileMode'];
  readonly fileSize_bytes: number;
}

/** The segment writer of `wal-contended`, as a broker moves its log into segments. */
const segments = { bytesPerSecond: 20 * MiB, fileBytes: 1536 * MiB };

/** The size to which the folder can grow: the data file, one log, and the segments. */
export const neededBytes = (quick: boolean): number =>
  dataFileBytes(quick) + logFileBytes(quick) + (quick ? 0 : segments.fileBytes);

/**
 * fio stops as soon as it is steady, so a full window may be shorter than its runtime. SNIA's rule needs a drive that
 * can be purged.
 */
const steady = ['--ss=iops_slope:0.3%', '--ss_dur=20', '--ss_ramp=5'] as const;

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
    arguments: [...global, ...duration(window), ...wal, ...reader, ...writer],
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
 * Each write goes to the disk separately and to blocks that already exist, so fdatasync only has to flush the disk's
 * cache: its time is the flush's own. The 1st percentile is requested because programs that compete for processor and
 * disk delay most flushes, and a delayed flush looks like one that waits for the medium. Measured: the median rises up
 * to fourteenfold, the 1st percentile by a quarter.
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

/** The command line from etcd's documentation, unchanged, so that its figures can be compared with other people's. */
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

/** The job of YABS (v2026-07-03) without `gtod_reduce`, which turns latency off. */
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

/** One window of every job. Between two windows of a job, all other jobs run. */
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
    // It is full after some seconds on a fast disk: a long ramp would leave nothing to measure.
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
