import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filePath } from '../../../platform/contract/job.ts';
import { openFileStore } from '../../../platform/runtime/file-store.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jernverk-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('a file is kept under the SHA-256 of its content and comes out as it went in', async () => {
  const store = openFileStore(root);
  const reference = await store.put(Buffer.from('abc'));
  // FIPS 180-2, appendix B.1.
  const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(reference).toBe(`sha256:${digest}`);
  expect((await store.read(reference)).toString()).toBe('abc');
  expect(await readdir(join(root, 'sha256', 'ba'))).toEqual([digest]);
});

it('putting the same content twice, also at the same time, is one file', async () => {
  const store = openFileStore(root);
  const references = await Promise.all(Array.from({ length: 8 }, () => store.put(Buffer.from('abc'))));
  expect(new Set(references).size).toBe(1);
  expect(await readdir(join(root, 'sha256', 'ba'))).toHaveLength(1);
});

it('content that does not match its name is refused', async () => {
  const store = openFileStore(root);
  const reference = await store.put(Buffer.from('abc'));
  await writeFile(join(root, filePath(reference)), 'abd');
  await expect(store.read(reference)).rejects.toThrow(/^damaged in the file store: sha256:ba78/);
});

it('what would leave less free than the limit is refused with figures, and what is there already is not', async () => {
  const reference = await openFileStore(root).put(Buffer.from('abc'));
  const store = openFileStore(root, Number.MAX_SAFE_INTEGER);
  await expect(store.put(Buffer.from('abd'))).rejects.toThrow(
    /^the file store is full: \d+ bytes are free, 3 to be kept/,
  );
  expect(await store.put(Buffer.from('abc'))).toBe(reference);
  expect(await openFileStore(root, 1).put(Buffer.from('abd'))).toMatch(/^sha256:/);
});

it('what would leave less free than the limit is refused with figures, also where only its own size makes it so', async () => {
  const { bavail, bsize } = await statfs(root);
  const content = Buffer.alloc(2 ** 26);
  // Half of it, so that what others write and remove meanwhile changes nothing.
  const store = openFileStore(root, bavail * bsize - content.length / 2);
  await expect(store.put(content)).rejects.toThrow(/^the file store is full/);
  expect(await readdir(root)).toEqual([]);
  expect(await store.put(Buffer.from('abc'))).toMatch(/^sha256:/);
});

it('a reference that is no digest never becomes a path', () => {
  expect(() => filePath('sha256:../../etc/passwd')).toThrow(/a file reference/);
});
