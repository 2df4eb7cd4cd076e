import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { sentenceOf } from '../../cli/interruption.ts';
import { placeOf } from '../../lab/place.ts';
import { withLock } from '../../lib/machine-lock.ts';
import { projectRoot } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { type HangingHost, hangingHost } from '../support/hanging-host.ts';

/** How each command is made to hang: on a host, on something of this machine, or not at all, and why. */
const hanging: Readonly<Record<string, { readonly words: readonly string[] } | { readonly endsAtOnce: string }>> = {
  up: { words: [] },
  plan: { words: [] },
  apply: { words: [] },
  verify: { words: [] },
  status: { words: [] },
  enqueue: { words: ['image-resizer', 'workers/image-resizer/smoke.jpg', '--wait'] },
  logs: { words: ['image-resizer', '--follow'] },
  rollback: { words: [] },
  destroy: { words: ['--yes'] },
  bench: { words: ['--quick'] },
  'bench tuning': { words: ['forge', '--quick'] },
  audit: { words: [] },
  trust: { endsAtOnce: 'a test of its own below: no command runs on the host' },
  'lab up': { endsAtOnce: 'a test of its own below: it waits for another lab' },
  'lab down': { endsAtOnce: 'what it stops is stopped by the same signal' },
  'lab list': { endsAtOnce: 'reads files' },
  'lab shell': { endsAtOnce: 'the terminal is that of the host' },
  'lab exec': { endsAtOnce: 'the terminal is that of the host' },
  'bench compare': { endsAtOnce: 'reads files' },
  'bench history': { endsAtOnce: 'reads files' },
  'audit verify-bundle': { endsAtOnce: 'reads files' },
  'audit diff': { endsAtOnce: 'reads files' },
  'audit sudoers': { endsAtOnce: 'prints' },
  'audit update-addresses': { endsAtOnce: 'reads a registry' },
  budgets: { endsAtOnce: 'its parts are the commands above' },
};

let folder: string;
let host: HangingHost;
const environment = () => join(folder, 'environment.yaml');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jernverk-interrupt-'));
  host = await hangingHost();
  const { address, port, identity, hostKey } = host.connection;
  const ssh = { address, port, user: 'root', identity, hostKey };
  await writeFile(
    environment(),
    JSON.stringify({
      name: 'interrupt',
      hosts: [{ name: 'forge', roles: ['broker', 'worker'], ssh }],
      workers: [{ name: 'image-resizer' }],
    }),
  );
}, 120_000);
afterAll(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts `./jernverk` for this environment. */
const start = (words: readonly string[]) => startProgram('./jernverk', ['--env', environment(), ...words]);

/** In a process group of its own, as a shell does it. */
function startProgram(first: string, rest: readonly string[]) {
  const child = spawn(first, [...rest], { cwd: projectRoot, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    child,
    said: () => stdout,
    ended: once(child, 'close').then(([code]) => ({ code, stdout, stderr })),
  };
}

/** A lock is an abstract socket: its owner listens, and each who waits is a connection to it. */
async function waitsForLock(name: string): Promise<boolean> {
  const socket = `@jernverk-lab-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  return (await readFile('/proc/net/unix', 'utf8')).split('\n').filter((line) => line.includes(socket)).length > 1;
}

describe('Ctrl-C', () => {
  it('is covered for every command that there is', () => {
    expect(Object.keys(hanging).sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  const onHosts = Object.entries(hanging).flatMap(([name, how]) =>
    'words' in how ? [{ name, words: how.words }] : [],
  );

  it.each(onHosts)(
    'ends $name with one sentence and 130, and what it ran on the host',
    async ({ name, words }) => {
      host.forget();
      const { child, ended } = start([...name.split(' '), ...words]);
      // With all that it will ask before it gets an answer: one question, or the lock and one.
      await eventually(() => host.running().length > 0 && host.quiet());
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(stderr).toMatch(new RegExp(`^jernverk: ${name} was interrupted.*; commands on forge were ended; .+\\n$`));
      expect(code).toBe(130);
      await eventually(() => host.running().length === 0);
    },
    60_000,
  );

  it('says for apply at which step, and SIGTERM is 143', async () => {
    expect(
      sentenceOf({
        command: 'apply',
        steps: ['"restart Docker" on forge'],
        hosts: new Map([
          ['forge', true],
          ['anvil', false],
        ]),
        facts: [],
        advice: 'run it again',
      }),
    ).toBe(
      'apply was interrupted at "restart Docker" on forge; commands on anvil may still be running; commands on forge were ended; run it again',
    );
    host.forget();
    const { child, ended } = start(['status']);
    await eventually(() => host.running().length > 0 && host.quiet());
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
  }, 120_000);

  it('a second one ends at once, whatever the host still does', async () => {
    host.forget();
    host.stubborn(true);
    const { child, ended } = start(['status']);
    await eventually(() => host.running().length > 0 && host.quiet());
    child.kill('SIGINT');
    await eventually(() => host.asked() > 1);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    host.stubborn(false);
    expect(code).toBe(130);
    expect(stderr).toBe('jernverk: status was ended at once; commands on a host may still be running\n');
  }, 120_000);

  it('leaves a terminal as it was: the cursor shown, one sentence below the list', async () => {
    host.forget();
    const apply = `exec ./jernverk --env ${environment()} apply`;
    const { child, ended } = startProgram('script', [
      '--quiet',
      '--return',
      '--command',
      `stty cols 100; ${apply}`,
      '/dev/null',
    ]);
    await eventually(() => host.running().length > 0 && host.quiet());
    child.stdin.write('\u0003');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    const showCursor = '\u001b[?25h';
    const shown = stdout.lastIndexOf(showCursor);
    expect(shown).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
    expect(stdout.slice(shown + showCursor.length)).toMatch(
      /^\r\njernverk: apply was interrupted; commands on forge were ended; run it again[^\n]*\r\n$/,
    );
    expect(stdout).not.toMatch(/failed|closed|lost/);
  }, 120_000);

  it('ends lab up while it waits for another one', async () => {
    const { id } = placeOf(projectRoot);
    const { child, ended } = start(['lab', 'up', 'never-made', '--kind', 'nspawn']);
    await withLock(`${id}-host-never-made`, async () => {
      await eventually(() => waitsForLock(`${id}-host-never-made`));
      child.kill('SIGINT');
      expect(await ended).toMatchObject({
        code: 130,
        stderr: expect.stringMatching(/^jernverk: lab up was interrupted; .*\n$/),
      });
    });
  }, 120_000);

  it('ends trust while it waits for the host', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    const called = once(silent, 'connection');
    await once(silent, 'listening');
    const address = silent.address();
    const file = join(folder, 'silent.yaml');
    const ssh = { address: '127.0.0.1', port: typeof address === 'object' ? address?.port : 0, user: 'root' };
    const identity = host.connection.identity;
    const hosts = [{ name: 'forge', roles: ['broker'], ssh: { ...ssh, identity } }];
    await writeFile(file, JSON.stringify({ name: 'silent', hosts }));
    const { child, ended } = startProgram('./jernverk', ['--env', file, 'trust', 'forge']);
    await called;
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/^jernverk: trust was interrupted; nothing was running on a host; [^\n]+\n$/),
    });
    silent.close();
  }, 120_000);
});
