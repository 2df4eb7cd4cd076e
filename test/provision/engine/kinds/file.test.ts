import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileFacts, fileSettings, fileSteps } from '../../../../provision/engine/kinds/file.ts';
import { absent } from '../../../../provision/engine/setting.ts';

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
