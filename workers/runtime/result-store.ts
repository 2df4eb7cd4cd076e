import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectoryDurably, writeDurably } from './durable-file.ts';
import { parseResult, type ResultRecord, resultPath } from './job.ts';

/**
 * The result record of a job, or null while the job has not ended. A record that is damaged counts as none: the job is
 * done again and the record written anew.
 *
 * @throws Error where the file system fails.
 */
export async function readResult(root: string, id: string): Promise<ResultRecord | null> {
  const text = await readFile(join(root, resultPath(id)), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : parseResult(text);
}

/** On disk when it returns, so the job may be acked. */
export async function writeResult(root: string, record: ResultRecord): Promise<void> {
  const path = join(root, resultPath(record.id));
  await makeDirectoryDurably(dirname(path));
  await writeDurably(path, `${JSON.stringify(record)}\n`);
}
