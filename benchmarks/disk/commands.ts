import { type Command, raw, sh } from '../../lib/shell.ts';
import { dataFile, dataFileBytes, type FioJob, rateLog } from './options.ts';

/** For a disk that writes 100 MB/s: only to tell the time left. */
export const layoutSeconds = (quick: boolean): number => Math.ceil(dataFileBytes(quick) / (100 * 2 ** 20));

/** Writes to the disk what others have left to be written, so that none of it is written while fio measures. */
export const settleCommand = (folder: string): Command => sh`sync -f ${folder}`;

/** Writes the data file, to the disk, so that later writes are overwrites; first what others have left to be written. */
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
 * Runs one job in the folder and takes away what it wrote. How fio ended goes to standard error, so that its output is
 * kept and read also if it failed; what fio logged of its rates follows on standard output. On SIGINT fio prints what
 * it has; `--foreground` leaves it in the process group that a stop ends.
 */
export function jobCommand(folder: string, job: FioJob): Command {
  const tidy = raw(`find . -mindepth 1 ! -name ${dataFile} -delete`);
  return sh`cd ${folder}
trap ${tidy.script} EXIT
trap 'exit 143' TERM HUP INT
timeout --foreground -s INT ${job.timeout_s} fio ${job.arguments} || echo "fio ended with $?" >&2
[ ! -e ${rateLog} ] || sed 's/^/rate /' ${rateLog}`;
}
