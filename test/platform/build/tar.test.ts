import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
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

it('GNU tar reads it: parents first, owner 0, time 0, fixed modes', () => {
  expect(listed(tar([file('app/b/run', '#!', true), file('app/a', 'text')]))).toMatch(
    /^drwxr-xr-x 0\/0 +0 1970-01-01 00:00:00 app\/\n-rw-r--r-- 0\/0 +4 1970-01-01 00:00:00 app\/a\ndrwxr-xr-x .* app\/b\/\n-rwxr-xr-x .* app\/b\/run\n$/,
  );
});

it('content comes out as it went in, for sizes around the block size', () => {
  const sizes = [0, 1, 511, 512, 513];
  const content = tar(sizes.map((size) => file(`app/${size}`, 'x'.repeat(size))));
  for (const size of sizes)
    expect(execFileSync('tar', ['--extract', '--to-stdout', `app/${size}`], { input: content, encoding: 'utf8' })).toBe(
      'x'.repeat(size),
    );
});

it('the order of the entries does not matter', () => {
  const entries = [file('app/a', '1'), file('app/Z', '2'), file('app/a.b', '3'), file('app/a/c', '4')];
  expect(tar([...entries].reverse()).equals(tar(entries))).toBe(true);
});

it('a path of more than 100 bytes is split, one that cannot be is refused', () => {
  const long = `${'folder/'.repeat(20)}name`;
  expect(listed(tar([file(long, 'x')]))).toContain(` ${long}\n`);
  expect(() => tar([file('x'.repeat(101), '')])).toThrow(/^path too long for a layer \(ustar\): x{101}$/);
});
