import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { directoryFacts, directorySteps } from '../../../../provision/engine/kinds/directory.ts';

const { uid, gid } = { uid: process.getuid?.(), gid: process.getgid?.() };
const wanted = `0750 ${uid}:${gid}`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jernverk-directory-'));
});

function bring(path: string, to: string | null, PATH = process.env.PATH): void {
  for (const step of directorySteps([{ key: `directory/${path}`, from: null, to }])) {
    const env = { ...process.env, PATH };
    if (step.kind === 'run') execFileSync('sh', ['-euc', step.command.script], { env, stdio: 'pipe' });
  }
}

/**
 * A folder for PATH in which `program` first lets a worker replace the folder `path` by a link to `target`, if it is a
 * folder, and then does its work: the worst moment, each time.
 */
function swapBefore(program: string, path: string, target: string): string {
  const bin = join(folder, `bin-${program}`);
  mkdirSync(bin);
  const swap = `#!/bin/sh
if [ -d ${path} ] && [ ! -L ${path} ]; then mv ${path} ${path}.$$ && ln -s ${target} ${path}; fi
PATH=${process.env.PATH} exec ${program} "$@"
`;
  writeFileSync(join(bin, program), swap, { mode: 0o755 });
  return `${bin}:${process.env.PATH}`;
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

  it.each(['rm', 'mkdir', 'chown', 'chmod'])(
    'that is replaced by a link just before root runs %s: what the link leads to is not touched',
    (program) => {
      const [elsewhere, path] = [join(folder, 'elsewhere'), join(folder, 'a')];
      mkdirSync(elsewhere, { mode: 0o700 });
      mkdirSync(path, { mode: 0o777 });
      bring(path, `0755 ${uid}:${gid}`, swapBefore(program, path, elsewhere));
      expect(statSync(elsewhere).mode & 0o777).toBe(0o700);
    },
  );

  it('that a worker has made a file is a folder again', () => {
    const path = join(folder, 'a');
    writeFileSync(path, '');
    bring(path, wanted);
    expect(read(path)).toBe(wanted);
  });

  it('below a link is not made: the link may lead to any folder of the host', () => {
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync('elsewhere', join(folder, 'link'));
    expect(() => bring(join(folder, 'link/a'), wanted)).toThrow('something replaces this folder');
    expect(existsSync(join(folder, 'elsewhere/a'))).toBe(false);
  });

  it('goes when it is empty, and stays with what is in it', () => {
    mkdirSync(join(folder, 'full/inner'), { recursive: true });
    bring(join(folder, 'full'), null);
    bring(join(folder, 'full/inner'), null);
    expect(existsSync(join(folder, 'full'))).toBe(true);
    expect(existsSync(join(folder, 'full/inner'))).toBe(false);
  });
});
