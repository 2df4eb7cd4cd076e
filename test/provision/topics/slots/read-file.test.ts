import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesFolderOf } from '../../../../platform/contract/places.ts';
import { fetchedBytes, readFileCommand } from '../../../../provision/topics/slots/enqueue.ts';

describe('a file that a worker put into the store', () => {
  const path = 'sha256/ab/abcd';
  let root = '';
  let store = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jernverk-store-'));
    store = join(root, 'files');
    mkdirSync(join(store, 'sha256/ab'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const file = () => join(store, path);
  /** How many bytes are read, or why none. `timeout` ends what would wait for ever. */
  function read(): number | string {
    const script = readFileCommand('tick', path).script.replaceAll(filesFolderOf('tick'), store);
    try {
      return Buffer.from(
        execFileSync('timeout', ['20', 'sh', '-euc', script], { maxBuffer: 2 ** 28, stdio: 'pipe' }).toString(),
        'base64',
      ).length;
    } catch (error) {
      return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    }
  }

  it('is read', () => {
    writeFileSync(file(), 'photo');
    expect(read()).toBe(5);
  });

  it('is not read through a link to what has no end, or to another file', () => {
    for (const target of ['/dev/zero', '/etc/passwd']) {
      symlinkSync(target, file());
      expect(read()).toBe(0);
      rmSync(file());
    }
  });

  it('is not read where its folder is a link', () => {
    mkdirSync(join(root, 'elsewhere'));
    writeFileSync(join(root, 'elsewhere/abcd'), 'secret');
    rmSync(join(store, 'sha256/ab'), { recursive: true });
    symlinkSync(join(root, 'elsewhere'), join(store, 'sha256/ab'));
    expect(read()).toContain('a folder of the file store is a link');
  });

  it('is not waited for if it is a pipe', () => {
    execFileSync('mkfifo', [file()]);
    expect(read()).toBe(0);
  });

  it('is read to the limit and one byte more, to show that it is too large', () => {
    writeFileSync(file(), '');
    truncateSync(file(), 10 * fetchedBytes);
    expect(read()).toBe(fetchedBytes + 1);
  });

  it('is found in a store that the administrator put elsewhere by a link', () => {
    writeFileSync(file(), 'photo');
    const moved = join(root, 'moved');
    execFileSync('mv', [store, moved]);
    symlinkSync(moved, store);
    expect(read()).toBe(5);
  });
});
