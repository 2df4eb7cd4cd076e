import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { raw } from '../../lib/shell.ts';
import { connect } from '../../provision/ssh/connect.ts';
import { jernverk, projectRoot } from '../support/command-line.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';

/**
 * Deploys of a bare host, each killed at a random moment in a random way, up to six of them one after the other. Whatever
 * the moments, the next deploy ends well and leaves nothing to do. JERNVERK_LONG_ROUNDS is how many hosts (60 by
 * default, so about 200 kills), JERNVERK_LONG_SEED repeats a run.
 */
const rounds = Number(process.env.JERNVERK_LONG_ROUNDS ?? 60);
const seed = Number(process.env.JERNVERK_LONG_SEED ?? Date.now() % 2 ** 32);
const name = 'killed';
const folder = join(projectRoot, '.jernverk/test-long');
const environment = join(folder, 'environment.yaml');
const run = (...words: readonly string[]) => jernverk('--env', environment, ...words);

/** The generator mulberry32: numbers from 0 up to 1, the same for the same seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomFrom(seed);
const oneOf = <Item>(items: readonly [Item, ...Item[]]): Item => items[Math.floor(random() * items.length)] ?? items[0];

const onHost = {
  'dpkg and apt': 'pkill -KILL -x "dpkg|apt-get" || :',
  'all steps': `for note in /run/jernverk-steps/*; do pkill -KILL --session "\${note##*/}" || :; done`,
  'sshd with all its sessions': `setsid sh -c 'sleep 0.2; pkill -KILL -f "sshd(-session)?: root"' >/dev/null 2>&1 &`,
} as const;
const onOperator = { 'kill -9': 'SIGKILL', 'Ctrl-C': 'SIGINT' } as const;
const ways = ['dpkg and apt', 'all steps', 'sshd with all its sessions', 'kill -9', 'Ctrl-C'] as const;

/** What an undisturbed deploy takes here, in milliseconds. */
let whole = 0;

beforeAll(async () => {
  console.log(`seed ${seed}, ${rounds} rounds`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    environment,
    `name: test-long
terraform: { registry: none }
hosts: [{ name: ${name}, roles: [broker, worker], debian: 13, lab: {} }]
workers: [{ name: image-resizer, slots: 2 }]
`,
  );
  await bareLabHost(name);
  const started = performance.now();
  expect(await run('apply')).toMatchObject({ exitCode: 0 });
  whole = performance.now() - started;
  console.log(`an undisturbed deploy takes ${(whole / 1000).toFixed(0)} s`);
}, 3_600_000);

afterAll(() => removeLabHost(name));

/** A deploy that is killed after so long, or ends before. */
async function killedDeploy(way: (typeof ways)[number], after: number): Promise<void> {
  const child = spawn('./jernverk', ['--env', environment, 'apply'], { cwd: projectRoot, stdio: 'ignore' });
  const ended = once(child, 'close');
  await Promise.race([sleep(after), ended]);
  if (way === 'kill -9' || way === 'Ctrl-C') child.kill(onOperator[way]);
  else {
    await using host = await connect(await connection);
    await host.run(raw(onHost[way])).catch(() => undefined);
  }
  await ended;
}

let connection = Promise.reject<Awaited<ReturnType<typeof bareLabHost>>>(new Error('no host yet'));
connection.catch(() => undefined);

it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
  'round %i: a killed deploy is finished by the next one',
  async (round) => {
    connection = bareLabHost(name);
    await connection;
    const kills = oneOf([1, 2, 3, 4, 5, 6]);
    const plan = Array.from({ length: kills }, () => ({ way: oneOf(ways), after: random() * whole }));
    const removed = random() < 0.25;
    const told = plan.map(({ way, after }) => `${way} after ${(after / 1000).toFixed(1)} s`).join(', then ');
    console.log(`round ${round}: ${told}${removed ? ', then destroy' : ''}`);
    for (const { way, after } of plan) await killedDeploy(way, after);
    if (removed) expect(await run('destroy', '--yes')).toMatchObject({ exitCode: 0 });
    const applied = await run('apply');
    expect(applied, `${told}: ${applied.stdout}${applied.stderr}`).toMatchObject({ exitCode: 0 });
    const verified = await run('verify');
    expect(verified, `${told}: ${verified.stdout}${verified.stderr}`).toMatchObject({ exitCode: 0 });
    await using host = await connect(await connection);
    const left =
      'ls -d /var/lib/jernverk/packages-transaction /usr/sbin/policy-rc.d* /var/tmp/jernverk-* 2>/dev/null || :';
    expect(await host.capture(raw(left))).toBe('');
  },
);
