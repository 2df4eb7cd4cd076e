import { type Command, raw, sh } from '../../lib/shell.ts';
import { dataFile, dataFileBytes, type FioJob, rateLog } from './options.ts';

/** For a disk that writes 100 MB/s. Used only for the display of the time left. */
export const layoutSeconds = (quick: boolean): number => Math.ceil(dataFileBytes(quick) / (100 * 2 ** 20));

/** Flushes data that others have left in the page cache, so that none of it is written while fio measures. */
export const settleCommand = (folder: string): Command => sh`sync -f ${folder}`;

/** Writes the data file to the disk, so that later writes are overwrites. First flushes data that others have left. */
export const layoutCommand = (folder: string, quick: boolean): Command =>
  sh`cd ${folder}
sync -f .
timeout --foreground -s INT 600 fio ${[
    '--output-format=json',
    '--name=layout',
    `--filename=${dataFile}`,
    '--rw=write',
    '--bs=1m',
    '--ioengine=psync',
    '--fallocate=none',
    `--size=${dataFileBytes(quick)}`,
    '--end_fsync=1',
    '--refill_buffers=1',
  ]}`;

/**
 * Runs one job in the folder and deletes what it wrote. fio's exit status goes to standard error, so that its output is
 * stored and parsed even if it failed. fio's log of its rates follows on standard output. On SIGINT fio prints what it
 * has; `--foreground` keeps it in the process group that a stop ends.
 */
export function jobCommand(folder: string, job: FioJob): Command {
  const tidy = raw(`find . -mindepth 1 ! -name ${dataFile} -delete`);
  return sh`cd ${folder}
trap ${tidy.script} EXIT
trap 'exit 143' TERM HUP INT
timeout --foreground -s INT ${job.timeout_s} fio ${job.arguments} || echo "fio ended with $?" >&2
[ ! -e ${rateLog} ] || sed 's/^/rate /' ${rateLog}`;
}
