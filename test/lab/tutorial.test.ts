import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quote } from '../../lib/shell.ts';
import { projectRoot } from '../support/command-line.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import { missingLines, tutorialSteps } from '../support/tutorial-steps.ts';

/** Runs docs/tutorial.md word by word, in a copy of the project, against a host of the lab that plays the server. */
const name = 'tutorial13';
const folder = join(projectRoot, '.jernverk/test-tutorial');
const project = join(folder, 'project');
const steps = tutorialSteps(await readFile(join(projectRoot, 'docs/tutorial.md'), 'utf8'));

/** What the tutorial calls the server and the key, and what they are here. */
const placeholders = new Map<string, string>();
const putIn = (text: string): string =>
  [...placeholders].reduce((result, [from, to]) => result.replaceAll(from, to), text);

/** What the tutorial's terminal has exported so far. */
const exported: string[] = [];

/** Without what the test runner told its own processes, and with nothing that would draw colours. */
const variables = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(VITEST|JERNVERK_ENV|NODE_ENV)/.test(key))),
  NO_COLOR: '1',
});

/** A question in the output is answered with yes. The program asks it only on a terminal, so it gets one. */
async function run(commands: string, asks: boolean): Promise<{ exitCode: number; output: string }> {
  const script = ['set -e', ...exported, commands].join('\n');
  const words = asks ? ['script', '-qec', `sh -c ${quote(script)}`, '/dev/null'] : ['sh', '-c', script];
  const [program = '', ...args] = words;
  const child = spawn(program, args, { cwd: project, env: variables() });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  child.stdin.on('error', () => {}); // It may end without having read all.
  if (asks) child.stdin.write('yes\n');
  else child.stdin.end();
  const [exitCode] = await once(child, 'close');
  child.stdin.destroy();
  return { exitCode, output: stripVTControlCharacters(output).replaceAll('\r', '') };
}

describe('docs/tutorial.md', () => {
  beforeAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(project, { recursive: true });
    const others = ['.git', '.jernverk', 'node_modules', 'cdktf.out'];
    for (const entry of await readdir(projectRoot)) {
      if (others.includes(entry)) continue;
      // With their times: a lock file that is newer than the packages would have them installed again.
      await cp(join(projectRoot, entry), join(project, entry), { recursive: true, preserveTimestamps: true });
    }
    await symlink(join(projectRoot, 'node_modules'), join(project, 'node_modules'));
    const { address, port, identity = '' } = await bareLabHost(name);
    expect(port).toBe(22);
    placeholders.set('192.0.2.10', address).set('~/.ssh/id_ed25519', identity);
  });
  afterAll(async () => {
    await removeLabHost(name);
    await rm(folder, { recursive: true, force: true });
  });

  for (const step of steps) {
    if (step.kind === 'file')
      it(`has the file ${step.path}`, async () => {
        await mkdir(dirname(join(project, step.path)), { recursive: true });
        await writeFile(join(project, step.path), putIn(step.content));
      });
    else
      it(step.commands.trim(), async () => {
        const { commands, exitCode, output } = step;
        // The broker counts its messages every 5 seconds, and the journal may be a moment late.
        const looks = /^\.\/jernverk (status|logs)\b/.test(commands);
        const until = Date.now() + (looks ? 15_000 : 0);
        for (;;) {
          const ended = await run(putIn(commands), / \[y\/N\] yes$/m.test(output));
          const missing = missingLines(putIn(output), ended.output);
          if (missing.length > 0 && Date.now() < until) continue;
          expect(missing, ended.output).toEqual([]);
          expect(ended.exitCode, ended.output).toBe(exitCode);
          break;
        }
        exported.push(...commands.split('\n').filter((line) => line.startsWith('export ')));
      });
  }
});
