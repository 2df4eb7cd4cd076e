import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileFacts, fileSettings, fileSteps } from '../../../../provision/engine/kinds/file.ts';
import { absent, value } from '../../../../provision/engine/setting.ts';

describe('file settings', () => {
  it('reads text and permissions of files that are there, and absent for the others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jernverk-kind-'));
    const path = join(folder, "odd name's.conf");
    writeFileSync(path, 'text\nwith æ\n', { mode: 0o600 });
    const keys = [`file/${path}`, `mode/${path}`, `file/${folder}/none`, `mode/${folder}/none`];
    const [fact] = fileFacts(keys);
    const readings = fact?.parse(execFileSync('sh', ['-c', fact.command.script], { encoding: 'utf8' }));
    expect(readings?.get(`file/${path}`)).toEqual({ kind: 'value', value: 'text\nwith æ\n' });
    expect(readings?.get(`mode/${path}`)).toMatchObject({ value: expect.stringMatching(/^0600 /) });
    expect(readings?.get(`file/${folder}/none`)).toEqual(absent);
  });

  it('reads a link, a folder or a pipe as no file, without following it or waiting for it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jernverk-kind-'));
    symlinkSync('/etc/hostname', join(folder, 'link'));
    symlinkSync('/nonexistent', join(folder, 'dangling'));
    mkdirSync(join(folder, 'folder'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const keys = ['link', 'dangling', 'folder', 'pipe'].map((name) => `file/${folder}/${name}`);
    const [fact] = fileFacts(keys);
    const output = execFileSync('sh', ['-c', fact?.command.script ?? ''], { encoding: 'utf8', timeout: 10_000 });
    expect([...(fact?.parse(output).values() ?? [])]).toEqual(keys.map(() => value('(not a file)')));
  });

  it('knows nothing of any file if one cannot be read', () => {
    const output = execFileSync('sh', {
      input: `tar() { printf half; return 1; }\n${fileFacts(['file//etc/hostname'])[0]?.command.script}`,
      encoding: 'utf8',
    });
    expect(() => fileFacts(['file//etc/hostname'])[0]?.parse(output)).toThrow();
  });

  it('writes once where text and permissions both differ, and removes what nobody wants', () => {
    const wanted = new Map(fileSettings('/etc/a', 'text', { mode: '0600' }));
    const changes = [
      { key: 'file//etc/a', from: null, to: 'text' },
      { key: 'mode//etc/a', from: null, to: '0600 root:root' },
      { key: 'file//etc/b', from: 'old', to: null },
      { key: 'mode//etc/b', from: '0644 root:root', to: null },
      { key: 'service/x', from: null, to: 'enabled active' },
    ];
    expect(fileSteps(changes, wanted)).toEqual([
      { kind: 'write', path: '/etc/a', content: 'text', mode: '0600', owner: 'root:root' },
      { kind: 'remove', path: '/etc/b' },
    ]);
  });
});
