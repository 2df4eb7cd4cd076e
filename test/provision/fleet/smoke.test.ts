import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { findSmokeJobs } from '../../../provision/fleet/smoke.ts';

let root = '';
const write = (name: string, text: string) => writeFile(join(root, 'workers/tick', name), text);
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jernverk-smoke-'));
  await mkdir(join(root, 'workers/tick'), { recursive: true });
  await write('smoke.json', '{ "file": "smoke.txt", "input": { "width": 1 } }');
  await write('smoke.txt', 'one');
});
const digest = async () => (await findSmokeJobs(['tick', 'tock'], root))[0]?.digest;

it('a smoke job is another proof when its input or its file is another one', async () => {
  const first = await digest();
  await write('smoke.txt', 'two');
  const second = await digest();
  await write('smoke.json', '{ "file": "smoke.txt", "input": { "width": 2 } }');
  expect(new Set([first, second, await digest()]).size).toBe(3);
});

it('a smoke job whose file is missing is refused', async () => {
  await write('smoke.json', '{ "file": "gone.txt" }');
  await expect(digest()).rejects.toMatchObject({ code: 'SMOKE_JOB', message: expect.stringContaining('gone.txt') });
});
