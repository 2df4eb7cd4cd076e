import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive } from '../../../../provision/engine/kinds/archive.ts';

describe('an archive of tar', () => {
  let folder = '';
  const tar = (...names: readonly string[]): Buffer =>
    execFileSync(
      'tar',
      [
        '--create',
        '--no-recursion',
        '--format=ustar',
        '--blocking-factor=1',
        '--owner=root:0',
        '--group=adm:4',
        ...names,
      ],
      { cwd: folder },
    );
  const deep = `${'d'.repeat(90)}/${'e'.repeat(90)}`;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'jernverk-archive-'));
    writeFileSync(join(folder, 'exact'), Buffer.alloc(512, 7));
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'program'), 'text\0with a zero\n');
    chmodSync(join(folder, 'program'), 0o4755);
    symlinkSync('/etc/shadow', join(folder, 'link'));
    mkdirSync(join(folder, deep), { recursive: true });
    writeFileSync(join(folder, deep, 'file'), 'deep');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives each file with its bytes, permissions and owner, whatever its size and the length of its path', () => {
    const files = readArchive(tar('exact', 'empty', 'program', `${deep}/file`));
    expect(files.map(({ path, content }) => [path, content?.toString()])).toEqual([
      ['exact', '\u0007'.repeat(512)],
      ['empty', ''],
      ['program', 'text\0with a zero\n'],
      [`${deep}/file`, 'deep'],
    ]);
    expect(files[2]).toMatchObject({ mode: '04755', owner: 'root:adm' });
  });

  it('gives no content for what is no file', () => {
    expect(readArchive(tar('link', deep)).map(({ content }) => content)).toEqual([null, null]);
  });

  it('is refused if it is cut off anywhere, if something follows it, or if it is something else', () => {
    const archive = tar('exact', 'program');
    for (const length of [0, 100, 512, 1000, 2048]) {
      expect(() => readArchive(archive.subarray(0, length))).toThrow('the archive is cut off');
    }
    expect(() => readArchive(Buffer.concat([archive, Buffer.from('failed\n')]))).toThrow(
      'tar could not read all files',
    );
    expect(() => readArchive(Buffer.alloc(4096, 'x'))).toThrow('this is no ustar archive');
    const lies = Buffer.from(archive);
    lies.write('77777777777', 124);
    expect(() => readArchive(lies)).toThrow('the archive is cut off');
  });
});
