import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { directoryFacts, directorySteps } from '../../provision/kinds/directory.ts';

const { uid, gid } = { uid: process.getuid?.(), gid: process.getgid?.() };
const wanted = `0750 ${uid}:${gid}`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jernverk-directory-'));
});

function bring(path: string, to: string | null): void {
  for (const step of directorySteps([{ key: `directory/${path}`, from: null, to }])) {
    if (step.kind === 'run') execFileSync('sh', ['-euc', step.command.script]);
  }
}

function read(path: string): string {
  const key = `directory/${path}`;
  const [fact] = directoryFacts([key]);
  const reading = fact?.parse(execFileSync('sh', ['-c', fact.command.script], { encoding: 'utf8' })).get(key);
  return reading?.kind === 'value' ? reading.value : (reading?.kind ?? '');
}

describe('a folder of ours', () => {
  it('is made with permissions and owner, and is then as wanted', () => {
    bring(join(folder, 'a'), wanted);
    expect(read(join(folder, 'a'))).toBe(wanted);
  });

  it('that a worker has made a link is a folder again, and what the link led to is not touched', () => {
    const [elsewhere, path] = [join(folder, 'elsewhere'), join(folder, 'a')];
    mkdirSync(elsewhere, { mode: 0o700 });
    symlinkSync(elsewhere, path);
    expect(read(path)).not.toBe(wanted);
    bring(path, wanted);
    expect(lstatSync(path).isDirectory()).toBe(true);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o700);
  });

  it('goes when it is empty, and stays with what is in it', () => {
    mkdirSync(join(folder, 'full/inner'), { recursive: true });
    bring(join(folder, 'full'), null);
    bring(join(folder, 'full/inner'), null);
    expect(existsSync(join(folder, 'full'))).toBe(true);
    expect(existsSync(join(folder, 'full/inner'))).toBe(false);
  });
});
