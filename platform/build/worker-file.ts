import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, unreadable } from '../../lib/errors.ts';
import { parseYaml } from '../../lib/yaml/parse.ts';
import { type WorkerFile, workerFileSchema } from '../contract/worker-file.ts';

/**
 * Reads `workers/<worker>/worker.yaml`. Returns the defaults if there is none. Throws InputError WORKER_FILE_MISSING if
 * it cannot be read, WORKER_FILE_SYNTAX, or WORKER_FILE_INVALID with every problem at once.
 */
export async function loadWorkerFile(worker: string, projectRoot: string): Promise<WorkerFile> {
  const file = `workers/${worker}/worker.yaml`;
  const text = await readFile(join(projectRoot, file), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new InputError('WORKER_FILE_MISSING', `cannot read ${file}: ${unreadable(cause)}`, { cause });
  });
  return parseYaml(text, { file, what: 'worker', code: 'WORKER_FILE', schema: workerFileSchema, mayBeEmpty: true });
}
