import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError, messageOf } from '../../lib/errors.ts';
import { sha256 } from '../../lib/sha256.ts';

/** The job that proves that a worker does its work. It is the gate of a deploy, and `up` ends with it. */
export interface SmokeJob {
  readonly worker: string;
  /** Path of the job's file, relative to the project. */
  readonly file: string;
  /** The rest of the job's input. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Hex SHA-256 over the job and its file, so that another job is another proof. */
  readonly digest: string;
}

const smokeSchema = z.strictObject({ file: z.string().min(1), input: z.record(z.string(), z.unknown()).default({}) });

/**
 * Returns the smoke jobs of these workers, from `workers/<worker>/smoke.json`: `{ "file": "smoke.jpg", "input": { … }
 * }`. A worker without that file has no gate.
 *
 * Throws InputError SMOKE_JOB if the file exists but is not a smoke job, or if it names a file that cannot be read.
 */
export async function findSmokeJobs(workers: readonly string[], root: string): Promise<readonly SmokeJob[]> {
  const found = await Promise.all(workers.map((worker) => findSmokeJob(worker, root)));
  return found.filter((job) => job !== null);
}

async function findSmokeJob(worker: string, root: string): Promise<SmokeJob | null> {
  const folder = join('workers', worker);
  const path = join(folder, 'smoke.json');
  const text = await readFile(join(root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const { file, input } = smokeSchema.parse(JSON.parse(text));
    const content = await readFile(join(root, folder, file));
    return { worker, file: join(folder, file), input, digest: sha256(`${sha256(content)} ${text}`) };
  } catch (cause) {
    throw new InputError('SMOKE_JOB', `${path} is no smoke job: ${messageOf(cause)}`, {
      hint: 'it should look like { "file": "smoke.jpg", "input": { "width": 400 } }',
      cause,
    });
  }
}
