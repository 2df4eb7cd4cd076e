import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadWorkerFile } from '../../../platform/build/worker-file.ts';

let project: string;
const file = () => join(project, 'workers/tick/worker.yaml');
const load = () => loadWorkerFile('tick', project);

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'jernverk-worker-file-'));
  await mkdir(join(project, 'workers/tick'), { recursive: true });
});
afterEach(() => rm(project, { recursive: true }));

it('a worker without worker.yaml, with an empty one or with some of its keys has the defaults for the rest', async () => {
  const defaults = { run: 'node', retries: 4 };
  expect(await load()).toEqual(defaults);
  await writeFile(file(), '# nothing yet\n');
  expect(await load()).toEqual(defaults);
  await writeFile(file(), 'retries: 0\n');
  expect(await load()).toEqual({ ...defaults, retries: 0 });
});

it.each([
  ['retries: many', 'WORKER_FILE_INVALID', 'workers/tick/worker.yaml:1:1 retries: expected a number, got "many"'],
  ['retries: 41', 'WORKER_FILE_INVALID', 'workers/tick/worker.yaml:1:1 retries: expected at most 40, got 41'],
  [
    'run: node\nretires: 2',
    'WORKER_FILE_INVALID',
    'workers/tick/worker.yaml:2:1 retires: unknown key; did you mean retries?',
  ],
  ['run: process', 'WORKER_FILE_INVALID', 'workers/tick/worker.yaml:1:1 run: expected "node", got "process"'],
  ['- 7', 'WORKER_FILE_INVALID', 'workers/tick/worker.yaml:1:1 expected a map of keys, got [7]'],
  ['run: [', 'WORKER_FILE_SYNTAX', 'workers/tick/worker.yaml:'],
])('%j is refused with where, what was expected and what was given', async (text, code, message) => {
  await writeFile(file(), text);
  await expect(load()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

it('a file that cannot be read is not taken for one that is left out', async () => {
  await mkdir(file());
  await expect(load()).rejects.toMatchObject({ code: 'WORKER_FILE_MISSING' });
});
