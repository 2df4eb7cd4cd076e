import { append, duration, type FioJob, global, logFileBytes, MiB, timed } from './options.ts';

/** What else uses the disk while a log is written. */
export type Neighbour = 'bulk' | 'readers';

const bulkBytes = 512 * MiB;
const neighbours: Readonly<Record<Neighbour, readonly string[]>> = {
  /** Into the page cache without any flush of its own, no faster than the disk of a generic instance can take. */
  bulk: ['--rw=write', '--bs=1m', '--ioengine=psync', `--size=${bulkBytes}`, '--time_based=1', '--rate=100m'],
  readers: ['--rw=randread', '--bs=4k', `--size=${256 * MiB}`, '--time_based=1', '--direct=1'].concat([
    '--ioengine=libaio',
    '--iodepth=16',
  ]),
};

/** The size to which the folder can grow. */
export const neededBesideBytes = (quick: boolean): number => logFileBytes(quick) + bulkBytes;

/**
 * A log written as the broker writes it, next to a neighbour: what the tuning compares. The disk suite does not use it.
 */
export function logBeside(neighbour: Neighbour, quick: boolean): FioJob {
  const window = { runtime: quick ? 4 : 12, ramp: 0 };
  return {
    measured: 'log',
    arguments: [...global, ...duration(window)].concat(
      ['--name=log', ...append('4k', quick)],
      ['--name=beside', ...neighbours[neighbour]],
    ),
    ...timed(window),
  };
}
