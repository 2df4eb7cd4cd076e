import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectoryDurably, writeDurably } from './durable-file.ts';
import { type ResultRecord, resultPath, resultRecordSchema } from './job.ts';

/** The result record of a job, or null while the job has not ended. */
export async function readResult(root: string, id: string): Promise<ResultRecord | null> {
  try {
    return resultRecordSchema.parse(JSON.parse(await readFile(join(root, resultPath(id)), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Error(`the result record of job ${id} cannot be read`, { cause: error });
  }
}

/** On disk when it returns, so the job may be acked. */
export async function writeResult(root: string, record: ResultRecord): Promise<void> {
  const path = join(root, resultPath(record.id));
  await makeDirectoryDurably(dirname(path));
  await writeDurably(path, `${JSON.stringify(record)}\n`);
}
