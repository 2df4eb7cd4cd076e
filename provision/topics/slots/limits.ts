import { type Command, raw } from '../../../lib/shell.ts';
import { type FilesUsage, filesScript, type Usage } from './usage.ts';

/** A limit that protects the rest of the host from a worker, and that has been reached. */
export interface ReachedLimit {
  /** `files`, `connections of <worker>` or `status of <slot>`. */
  readonly name: string;
  /** How far it is reached, for people. */
  readonly text: string;
}

/**
 * Inodes that must be free in the file store's file system when a job is handed in. A file system may count none at
 * all.
 */
export const inodesLimit = 10_000;

export function reachedLimits({ files, doors, statusFolders }: Usage): ReachedLimit[] {
  const reached: ReachedLimit[] = [];
  const text = files === null ? null : filesText(files);
  if (text !== null) reached.push({ name: 'files', text });
  for (const { worker, taken, limit } of doors)
    if (limit !== null && limit > 0 && taken >= limit)
      reached.push({ name: `connections of ${worker}`, text: `all ${limit} connections to the broker are taken` });
  for (const { slot } of statusFolders.filter(({ full }) => full))
    reached.push({ name: `status of ${slot}`, text: 'its status folder is full, so it cannot say how it is' });
  return reached;
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** Returns why no job is taken with these figures. Null if one is. */
function filesText({ free, limit, freeInodes, inodes }: FilesUsage): string | null {
  if (free < limit) return `${gigabytes(free)} free for the files of jobs, and none is taken below ${gigabytes(limit)}`;
  if (inodes > 0 && freeInodes < inodesLimit)
    return `${freeInodes} inodes free for the files of jobs, and none is taken below ${inodesLimit}`;
  return null;
}

/**
 * Ends a script with this exit code, and the figures on standard error, if the file store is at its limit. A worker
 * writes there without asking. So this keeps jobs from filling the disk, but does not stop a worker that means to.
 */
export const refuseIfFull = (exitCode: number): Command =>
  raw(`store() {
${filesScript}
}
set -- $(store)
if [ $# -eq 5 ] && { [ "$2" -lt "$3" ] || { [ "$5" -gt 0 ] && [ "$4" -lt ${inodesLimit} ]; }; }; then
  echo "$*" >&2
  exit ${exitCode}
fi`);
