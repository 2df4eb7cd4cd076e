import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { sha256 } from '../../../lib/sha256.ts';
import { type TarEntry, tar } from '../../../platform/build/tar.ts';

const file = (path: string, text: string, executable = false): TarEntry => ({
  kind: 'file',
  path,
  content: Buffer.from(text),
  executable,
});
const listed = (content: Buffer): string =>
  execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--utc', '--full-time'], {
    input: content,
    encoding: 'utf8',
  });

it('GNU tar reads it: parents first, owner 0, time 0, fixed modes', async () => {
  expect(listed(await tar([file('app/b/run', '#!', true), file('app/a', 'text')]))).toMatch(
    /^drwxr-xr-x 0\/0 +0 1970-01-01 00:00:00 app\/\n-rw-r--r-- 0\/0 +4 1970-01-01 00:00:00 app\/a\ndrwxr-xr-x .* app\/b\/\n-rwxr-xr-x .* app\/b\/run\n$/,
  );
});

it('content comes out as it went in, for sizes around the block size', async () => {
  const sizes = [0, 1, 511, 512, 513, 1_000_000];
  const content = await tar(sizes.map((size) => file(`app/${size}`, 'x'.repeat(size))));
  for (const size of sizes)
    expect(execFileSync('tar', ['--extract', '--to-stdout', `app/${size}`], { input: content, encoding: 'utf8' })).toBe(
      'x'.repeat(size),
    );
});

it('the order of the entries does not matter', async () => {
  const entries = [file('app/a', '1'), file('app/Z', '2'), file('app/a.b', '3'), file('app/a/c', '4')];
  expect((await tar([...entries].reverse())).equals(await tar(entries))).toBe(true);
});

it('has the same bytes on every run and machine: the name of a release follows from them', async () => {
  expect(sha256(await tar([file('app/b/run', '#!', true), file('app/a', 'text')]))).toBe(
    'e9a0749e7ba3c6d5362ee73866d3e592e859bad55b2e49d74086edfb6b5e5440',
  );
});

it.each([
  ['of more than 100 bytes', `${'folder/'.repeat(20)}name`],
  ['with a name of more than 100 bytes', `app/${'x'.repeat(120)}`],
  ['of more than 255 bytes', `${'folder/'.repeat(50)}name`],
])('a path %s is kept whole', async (_, path) => {
  const content = await tar([file(path, 'x')]);
  expect(listed(content)).toContain(` ${path}\n`);
  expect((await tar([file(path, 'x')])).equals(content)).toBe(true);
});
