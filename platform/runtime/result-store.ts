import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseResult, type ResultRecord, resultPath } from '../contract/job.ts';

// Synchronous on purpose: a slot has one job in hand and a thread of its own for the handler, so there is nothing else
// to do meanwhile, and the hops through Node's thread pool cost as much CPU time as the calls (measured: 0.41 ms a
// record with them, 0.24 without).

/**
 * The result record of a job, or null while the job has not ended. A record that is damaged counts as none: the job is
 * done again and the record written anew.
 *
 * @throws Error where the file system fails.
 */
export function readResult(root: string, id: string): ResultRecord | null {
  const path = join(root, resultPath(id));
  // An error is dear to make, and almost every job is new.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
  return parseResult(readFileSync(path, 'utf8'));
}

/**
 * On disk when it returns, so the job may be acked. The record gets its name before it is synced: ext4 and XFS then
 * need one commit of their journal for the two. A power cut before that leaves no record or a damaged one, of a job
 * that has no ack.
 *
 * @throws Error where the file system fails.
 */
export function writeResult(root: string, record: ResultRecord): void {
  const path = join(root, resultPath(record.id));
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openNew(temporary);
  try {
    writeSync(file, `${JSON.stringify(record)}\n`);
    renameSync(temporary, path);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(path));
}

/** The folder is missing only until the first job of a host. */
function openNew(path: string): number {
  try {
    return openSync(path, 'w', 0o644);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true });
    syncFolder(dirname(folder));
    return openSync(path, 'w', 0o644);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
