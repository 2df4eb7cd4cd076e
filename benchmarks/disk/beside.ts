import { append, duration, type FioJob, global, logFileBytes, MiB, timed } from './options.ts';

/** What else is at work on the disk while a log is written. */
export type Neighbour = 'bulk' | 'readers';

const bulkBytes = 512 * MiB;
const neighbours: Readonly<Record<Neighbour, readonly string[]>> = {
  /** Into the page cache and never flushed by itself, no faster than a disk of a generic instance takes. */
  bulk: ['--rw=write', '--bs=1m', '--ioengine=psync', `--size=${bulkBytes}`, '--time_based=1', '--rate=100m'],
  readers: ['--rw=randread', '--bs=4k', `--size=${256 * MiB}`, '--time_based=1', '--direct=1'].concat([
    '--ioengine=libaio',
    '--iodepth=16',
  ]),
};

/** What the folder can grow to. */
export const neededBesideBytes = (quick: boolean): number => logFileBytes(quick) + bulkBytes;

/** A log as the broker writes it, beside a neighbour: what the tuning compares. It takes no part in the suite. */
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
