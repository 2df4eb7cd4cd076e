import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { removeCommand, writeCommand } from '../../../provision/engine/file-command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jernverk-file-'));
});

const owner = `${process.getuid?.()}:${process.getgid?.()}`;
const shell = (script: string) => execFileSync('sh', ['-eu'], { input: script });

describe('writing a file', () => {
  it('writes the exact text with permissions, and makes the folder', () => {
    const path = join(folder, 'deep', "it's.conf");
    const content = 'one\n\ttwo $HOME `id`\næøå no newline at the end';
    shell(writeCommand({ kind: 'write', path, content, mode: '0640', owner }).script);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(folder, 'deep'))).toEqual(["it's.conf"]);
  });

  it('leaves the old text where it cannot be finished', () => {
    const path = join(folder, 'kept.conf');
    writeFileSync(path, 'old');
    const script = writeCommand({
      kind: 'write',
      path,
      content: 'new',
      mode: '0644',
      owner: 'nobody-here:root',
    }).script;
    expect(spawnSync('sh', ['-eu'], { input: script }).status).not.toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('is never readable by others before it has its permissions', () => {
    const path = join(folder, 'secret');
    const script = writeCommand({ kind: 'write', path, content: 'new', mode: '0600', owner }).script;
    const beforeOwner = script.slice(0, script.indexOf('chown'));
    shell(beforeOwner);
    expect(statSync(`${path}.jernverk-new`).mode & 0o077).toBe(0);
  });

  it('syncs the file before the rename and the folder after it', () => {
    const script = writeCommand({ kind: 'write', path: '/etc/x.conf', content: '', mode: '0644' }).script;
    expect(script.split('\n').slice(-3)).toEqual([
      'sync /etc/x.conf.jernverk-new',
      'mv -fT /etc/x.conf.jernverk-new /etc/x.conf',
      'sync /etc',
    ]);
  });
});

describe('removing a file', () => {
  it('removes the folder of drop-ins when it is empty, and only then', () => {
    const dropIns = join(folder, 'x.service.d');
    for (const name of ['ours.conf', 'theirs.conf']) {
      shell(writeCommand({ kind: 'write', path: join(dropIns, name), content: '', mode: '0644', owner }).script);
    }
    shell(removeCommand({ kind: 'remove', path: join(dropIns, 'ours.conf') }).script);
    expect(readdirSync(dropIns)).toEqual(['theirs.conf']);
    shell(removeCommand({ kind: 'remove', path: join(dropIns, 'theirs.conf') }).script);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves a folder of Debian’s, even an empty one', () => {
    const path = join(folder, 'sysctl.d', 'ours.conf');
    shell(writeCommand({ kind: 'write', path, content: '', mode: '0644', owner }).script);
    shell(removeCommand({ kind: 'remove', path }).script);
    expect(readdirSync(join(folder, 'sysctl.d'))).toEqual([]);
  });
});
