import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { type Hostility, hostileExec, hostilities } from '../support/hostile-host.ts';
import { expectHarmless, openRange, type Range, type Run } from '../support/hostile-runs.ts';

/**
 * Every command that asks a host, against a host of every kind of hostility. A new command needs a line here: how it is
 * called, or that it asks no host.
 */
const asks: Readonly<Record<string, readonly string[]>> = {
  up: ['up'],
  plan: ['plan'],
  apply: ['apply'],
  verify: ['verify'],
  status: ['status'],
  enqueue: ['enqueue', 'empty', '--wait', '--timeout', '1'],
  logs: ['logs', 'empty'],
  rollback: ['rollback'],
  trust: ['trust', 'forge', '--yes'],
  destroy: ['destroy', '--yes', '--purge'],
  bench: ['bench', '--quick'],
  'bench tuning': ['bench', 'tuning', 'forge', '--quick'],
  audit: ['audit', '--lang', 'en'],
};
const asksNoHost: readonly string[] = [
  ...['bench compare', 'bench history', 'budgets', 'lab up', 'lab down', 'lab list'],
  // OpenSSH itself, on a host that the lab made, with the person's terminal.
  ...['lab shell', 'lab exec'],
  ...['audit verify-bundle', 'audit diff', 'audit sudoers', 'audit update-addresses'],
];

/** What a command may end with if the host gives no answer at all: 1 where something was begun that may have failed. */
const exitCodes: Readonly<Record<string, readonly number[]>> = {
  // It asks for the host's key and no more, and that one is right.
  trust: [0],
  ...Object.fromEntries(
    ['up', 'apply', 'enqueue', 'rollback', 'destroy', 'bench tuning'].map((name) => [name, [1, 2]]),
  ),
  // What is declared is judged without the host, and this environment declares nothing.
  audit: [1, 2],
};
/** Of these a command may make something: texts in a log, a broker that is not there. */
const answers: readonly string[] = [
  'answers with control characters and forged lines',
  'answers as expected, with hostile texts',
  'answers nothing',
  'answers too much, too often and out of order',
  'nests JSON deeply',
  'answers with nulls',
  'answers with other types',
  'has a login shell that prints',
] satisfies readonly Hostility[];

/** Here the command on the host has failed, and what failed is 1. */
const failing: readonly string[] = [
  'fails with hostile reasons',
  'kills what it is to do',
] satisfies readonly Hostility[];

const expectedCodes = (name: string, kind: Hostility): readonly number[] => {
  if (answers.includes(kind)) return [0, 1, 2];
  return failing.includes(kind) && name !== 'trust' ? [1, 2] : (exitCodes[name] ?? [2]);
};

const kinds = Object.keys(hostilities).filter((kind): kind is Hostility => kind in hostilities);

/** They name a worker; the others ask about the host's settings. */
const needWorkers: readonly string[] = ['enqueue', 'logs'];

/** Commands at once: many of the kinds are a wait. */
const atOnce = 4;

const ended = new Map<string, ReadonlyMap<Hostility, Run>>();
const failures = new Map<string, unknown>();
let range: Range<Hostility>;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  range = await openRange(new Map(kinds.map((kind) => [kind, hostileExec(kind)])), 2_000);
  before = await range.tree();
  const waiting = Object.entries(asks);
  const runSome = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, words] = next;
      await range.run(words, needWorkers.includes(name) ? 'with workers' : 'without workers').then(
        (runs) => ended.set(name, runs),
        (error) => failures.set(name, error),
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runSome));
}, 900_000);
afterAll(() => range[Symbol.asyncDispose]());

it('each command is called here, or asks no host', () => {
  const unknown = commands.map(({ name }) => name).filter((name) => !(name in asks) && !asksNoHost.includes(name));
  expect(unknown, 'put them into `asks` or `asksNoHost` of this file').toEqual([]);
});

it('each command but trust has logged in to each host', () => {
  for (const logins of range.logins().values()) expect(logins).toBeGreaterThanOrEqual(Object.keys(asks).length - 1);
});

it('nothing is written outside the project', async () => {
  expect(await range.tree()).toEqual(before);
});

describe.each(Object.keys(asks))('%s', (name) => {
  it.each(kinds)('comes to a plain end if the host %s', (kind) => {
    expect(failures.get(name)).toBeUndefined();
    const run = ended.get(name)?.get(kind);
    if (run === undefined) throw new Error('it did not run');
    expectHarmless(run);
    expect(expectedCodes(name, kind), `${run.stdout}${run.stderr}`).toContain(run.exitCode);
  });
});
