import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileWorkers, type WorkerKind, workerExec } from '../support/hostile-host.ts';
import { expectHarmless, openRange, type Range, type Run } from '../support/hostile-runs.ts';

/**
 * The host is honest, and a worker on it writes what it likes: its status file, its log, the record of a job. Every command
 * that shows something of these, as text and as JSON.
 */
const commands: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  'status as JSON': ['--json', 'status'],
  logs: ['logs', 'empty'],
  'enqueue --wait': ['enqueue', 'empty', '--wait', '--timeout', '1'],
  'enqueue --wait as JSON': ['--json', 'enqueue', 'empty', '--wait', '--timeout', '1'],
  verify: ['verify'],
};
const kinds = Object.keys(hostileWorkers).filter((kind): kind is WorkerKind => kind in hostileWorkers);
const ended = new Map<string, ReadonlyMap<WorkerKind, Run>>();
let range: Range<WorkerKind>;

beforeAll(async () => {
  range = await openRange(new Map(kinds.map((kind) => [kind, workerExec(kind)])), 120_000);
  await Promise.all(
    Object.entries(commands).map(async ([name, words]) => ended.set(name, await range.run(words, 'with workers'))),
  );
}, 600_000);
afterAll(() => range[Symbol.asyncDispose]());

const runOf = (name: string, kind: WorkerKind): Run => {
  const run = ended.get(name)?.get(kind);
  if (run === undefined) throw new Error('it did not run');
  return run;
};

describe.each(Object.keys(commands))('%s', (name) => {
  it.each(kinds)('shows plain text if a worker writes %s', (kind) => expectHarmless(runOf(name, kind)));
});

it('status has a row for a slot whose texts are hostile, and leaves out what is no status', () => {
  expect(runOf('status', 'control characters').stdout).toMatch(/^ {2}empty-0\\u\{001b\}\[2J.*forge2: all fine/m);
  expect(runOf('status', 'no JSON').stdout).toContain('  no slots');
  expect(runOf('status', 'no JSON').exitCode).toBe(0);
});

it('JSON keeps what the worker wrote', () => {
  const { stdout } = runOf('status as JSON', 'control characters');
  expect(JSON.parse(stdout).hosts[0].status.slots[0].state).toContain('\u001b[2J');
  expect(JSON.parse(runOf('enqueue --wait as JSON', 'control characters').stdout).ended[0].reason).toContain('\u202e');
});

it('logs gives a line of JSON to programs as JSON, and quotes all else', () => {
  const [first = '', ...rest] = runOf('logs', 'control characters').stdout.trimEnd().split('\n');
  expect(JSON.parse(first).message).toContain('\u001b[2J');
  for (const line of rest) expect(line).toMatch(/^ {2}│ /);
});
