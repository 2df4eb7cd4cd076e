import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseResult, type ResultRecord, resultPath } from '../contract/job.ts';

// Synchronous on purpose. A slot has one job at a time and a separate thread for the handler, so there is nothing else
// to do meanwhile. The hops through Node's thread pool cost as much CPU time as the calls (measured: 0.41 ms per record
// with them, 0.24 ms without).

/**
 * Returns the result record of a job. Null if the job has not ended. A damaged record counts as none: the job is done
 * again and the record is written again. Throws if the file system fails.
 */
export function readResult(root: string, id: string): ResultRecord | null {
  const path = join(root, resultPath(id));
  // Creating an error is expensive, and almost every job is new.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
  return parseResult(readFileSync(path, 'utf8'));
}

/**
 * Writes a record. It is on disk when this returns, so the job may be acked. The record gets its name before it is
 * synced: ext4 and XFS then need one commit of their journal for both. A power cut before that leaves no record or a
 * damaged one, of a job that has no ack. Throws if the file system fails.
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

/** The folder is missing only until the first job on a host. */
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
