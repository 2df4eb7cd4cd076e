import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sha256 } from '../../../lib/sha256.ts';
import { blobPath } from '../../../platform/build/blobs.ts';
import { buildRelease } from '../../../platform/build/build.ts';
import type { Layer } from '../../../platform/build/manifest.ts';

let project: string;

/** What a build reads. */
const rooms = ['lib', 'platform', 'workers'];

/** A project of its own with this one's runtime and packages. */
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'jernverk-build-'));
  for (const room of rooms) await cp(room, join(project, room), { recursive: true });
  await symlink(join(process.cwd(), 'node_modules'), join(project, 'node_modules'));
});
afterEach(() => rm(project, { recursive: true, force: true }));

async function writeWorker(name: string, source: string): Promise<void> {
  await mkdir(join(project, 'workers', name), { recursive: true });
  await writeFile(join(project, 'workers', name, 'main.ts'), source);
}
const plain = (answer: string) => `import * as z from 'zod';
import { run } from '../../platform/runtime/run.ts';
import { defineWorker } from '../../platform/runtime/worker.ts';
run(defineWorker({ input: z.object({}), handle: () => '${answer}' }));
`;
const titles = (layers: readonly Layer[] = []) => layers.map((layer) => layer.title);

it('a release names the layers of each worker, and every layer is in the blob store', async () => {
  await writeWorker('plain', plain('one'));
  const release = await buildRelease(['plain', 'image-resizer'], project);
  expect(release.workers.map(({ worker, entry, layers }) => [worker, entry, titles(layers)])).toEqual([
    ['image-resizer', '/app/main.mjs', ['dependencies', 'runtime', 'code']],
    ['plain', '/app/main.mjs', ['runtime', 'code']],
  ]);
  expect(release.id).toMatch(/^[0-9a-f]{12}$/);
  for (const { digest, bytes } of release.workers.flatMap((worker) => worker.layers)) {
    const content = await readFile(blobPath(project, digest));
    expect([sha256(content), content.length]).toEqual([digest, bytes]);
  }
});

it('the worker of the README builds', async () => {
  const readme = await readFile('README.md', 'utf8');
  const [, source = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(source.split('\n').length).toBeLessThan(14);
  await writeWorker('greeter', source);
  expect((await buildRelease(['greeter'], project)).workers.map(({ worker }) => worker)).toEqual(['greeter']);
});

it('equal sources give the same release, whatever the order, the folder and the time', async () => {
  await writeWorker('plain', plain('one'));
  const release = await buildRelease(['plain', 'image-resizer'], project);
  const copy = await mkdtemp(join(tmpdir(), 'jernverk-build-copy-'));
  for (const room of rooms) await cp(join(project, room), join(copy, room), { recursive: true });
  await symlink(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  expect(await buildRelease(['image-resizer', 'plain', 'plain'], copy)).toEqual(release);
  await rm(copy, { recursive: true });
});

it('a changed line changes the layer of the code only', async () => {
  await writeWorker('plain', plain('one'));
  const before = await buildRelease(['plain'], project);
  await writeWorker('plain', plain('two'));
  const after = await buildRelease(['plain'], project);
  expect(after.id).not.toBe(before.id);
  expect(after.workers[0]?.layers[0]).toEqual(before.workers[0]?.layers[0]);
  expect(after.workers[0]?.layers[1]).not.toEqual(before.workers[0]?.layers[1]);
});

/** Packages of the project's own: the real ones to bundle, and a small one in the place of the native one. */
async function installPackages(version: string, source: string): Promise<void> {
  const folder = join(project, 'node_modules');
  await rm(folder, { recursive: true });
  await mkdir(join(folder, 'sharp'), { recursive: true });
  for (const name of ['zod', 'amqplib']) await symlink(join(process.cwd(), 'node_modules', name), join(folder, name));
  await writeFile(join(folder, 'sharp', 'index.js'), source);
  await writeFile(
    join(folder, '.package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/sharp': { version } } }),
  );
}

it('the layer of dependencies is packed once per version, and again when its blob is gone', async () => {
  const layer = async () => {
    const [first] = (await buildRelease(['image-resizer'], project)).workers[0]?.layers ?? [];
    if (first === undefined) throw new Error('no layer');
    return first;
  };
  await installPackages('1.0.0', 'one');
  const first = await layer();
  expect(first.title).toBe('dependencies');
  // npm never changes a package without its version; a file that changed all the same shows what was not read again.
  await installPackages('1.0.0', 'changed');
  expect(await layer()).toEqual(first);
  await rm(blobPath(project, first.digest));
  expect((await layer()).digest).not.toBe(first.digest);
  await installPackages('1.0.1', 'one');
  expect(await layer()).toEqual(first);
});

it.each([
  ['a worker that does not exist', 'pdf-invoice', 'WORKER_MISSING'],
  ['a worker that does not build', 'plain', 'WORKER_BUILD'],
])('%s is wrong input, which verify must not take for drift', async (_, worker, code) => {
  await writeWorker('plain', 'const = 1;\n');
  await expect(buildRelease([worker], project)).rejects.toMatchObject({ code, exitCode: 2 });
});

it('a worker that does not exist is an error that names it', async () => {
  await expect(buildRelease(['pdf-invoice'], project)).rejects.toThrow(
    'worker "pdf-invoice": workers/pdf-invoice/main.ts does not exist',
  );
});

it('a worker that does not build is an error with file, line and column', async () => {
  await writeWorker('plain', "import './missing.ts';\nconst x = ;\n");
  await expect(buildRelease(['plain'], project)).rejects.toThrow(
    /^worker "plain": workers\/plain\/main\.ts:2:11: Unexpected ";"\n {4}const x = ;$/,
  );
  await writeWorker('plain', "\nimport './missing.ts';\n");
  await expect(buildRelease(['plain'], project)).rejects.toThrow(/main\.ts:2:8: Could not resolve "\.\/missing\.ts"/);
});
