import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { CommandFailed, HostError } from '../../../lib/errors.ts';
import { sha256 } from '../../../lib/sha256.ts';
import type { Command } from '../../../lib/shell.ts';
import { enqueueRequestSchema, jobIdOf } from '../../../platform/contract/enqueue-request.ts';
import { EnqueueFailed, enqueueOn, fetchFile, type Handover } from '../../../provision/fleet/enqueue.ts';
import type { Output, RunOptions } from '../../../provision/ssh/host.ts';
import { enqueueCommand } from '../../../provision/topics/slots/enqueue.ts';
import { LocalHost } from '../../support/local-host.ts';

/** A host that answers an `enqueue` with lines about the ids that it was asked for, and then ends in this way. */
class ScriptedHost extends LocalHost {
  readonly options: RunOptions[] = [];
  /** What came by standard input. */
  input = Buffer.alloc(0);
  readonly #answer: (ids: readonly string[]) => readonly string[];
  readonly #status: number | Error;

  constructor(answer: (ids: readonly string[]) => readonly string[], status: number | Error = 0) {
    super();
    this.#answer = answer;
    this.#status = status;
  }

  override async run(command: Command, options: RunOptions = {}): Promise<Output> {
    this.ran.push(command.script);
    this.options.push(options);
    if (!(options.input instanceof Readable)) throw new Error('the request comes as a stream');
    this.input = await buffer(options.input);
    const [line = ''] = this.input.toString().split('\n');
    const { batch, count } = enqueueRequestSchema.parse(JSON.parse(line));
    const lines = this.#answer(Array.from({ length: count }, (_, number) => jobIdOf(batch, number)));
    for (const said of lines) options.onLine?.(said);
    if (this.#status instanceof Error) throw this.#status;
    if (this.#status === 0) return { stdout: lines.join('\n'), stderr: '' };
    const stderr = `WARNING: no limits here\nenqueue: ${reasons[this.#status] ?? ''}`;
    throw new CommandFailed('COMMAND_FAILED', 'it failed', { command: '', status: this.#status, stderr });
  }
}

const reasons: Readonly<Record<number, string>> = { 1: 'no confirm from the broker within 30 s', 4: 'low on disk' };
const handover = { worker: 'tick', input: {}, file: null, count: 1, waitSeconds: null };
const record = (id: string, state = 'done'): string =>
  JSON.stringify({ id, state, output: {}, reason: null, finishedAt: '2026-11-23T09:00:00Z' });
const failureOf = async (host: ScriptedHost, asked: Handover): Promise<EnqueueFailed> => {
  const error: unknown = await enqueueOn(host, asked).catch((reason: unknown) => reason);
  if (error instanceof EnqueueFailed) return error;
  throw new Error(`it did not fail: ${JSON.stringify(error)}`);
};

describe('handing in a job', () => {
  it('takes an image of the host only: a registry could have anything under that name', () => {
    expect(enqueueCommand('tick').script).toContain('docker run --pull never ');
  });

  it('makes no folder in place of a secret that is missing, as --volume does', () => {
    const { script } = enqueueCommand('tick');
    expect(script).toContain('--mount type=bind,source=/etc/jernverk/secrets/rabbitmq/enqueue,');
    expect(script).not.toContain('--volume');
  });

  it('has its input in no argument: that and the file come by standard input', async () => {
    const host = new ScriptedHost((ids) => ids);
    const file = join(await mkdtemp(join(tmpdir(), 'jernverk-enqueue-')), 'photo');
    await writeFile(file, 'photo\n');
    await enqueueOn(host, { ...handover, input: { ssn: 'CANARY' }, file });
    expect(host.ran.join() + host.options.map(({ title }) => title).join()).not.toContain('CANARY');
    const [line, ...content] = host.input.toString().split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ input: { ssn: 'CANARY' }, file: true });
    expect(content.join('\n')).toBe('photo\n');
  });

  it('may take as long as it is told to wait', async () => {
    const host = new ScriptedHost((ids) => [...ids, ...ids.map((id) => record(id))]);
    await enqueueOn(host, { ...handover, waitSeconds: 7200 });
    expect(host.options[0]?.timeoutMs).toBeGreaterThan(7_200_000);
  });

  it('tells each id and each record as it comes', async () => {
    const told: string[] = [];
    const host = new ScriptedHost(([a = '', b = '']) => [a, b, record(b, 'dead'), record(a)], 1);
    const { taken, ended } = await enqueueOn(
      host,
      { ...handover, count: 2, waitSeconds: 5 },
      { onTaken: (id) => told.push(id), onEnded: ({ id, state }) => told.push(`${id} ${state}`) },
    );
    expect(told).toEqual([taken[0], taken[1], `${taken[1]} dead`, `${taken[0]} done`]);
    expect(ended).toHaveLength(2);
  });
});

describe('where not all went as asked', () => {
  it('the ids that were confirmed and those that may run are told', async () => {
    const host = new ScriptedHost(([a = '', b = '']) => [a, `? ${b}`], 1);
    const error = await failureOf(host, { ...handover, count: 5 });
    expect(error).toMatchObject({ code: 'ENQUEUE_FAILED', exitCode: 1 });
    expect(error.enqueued.taken).toHaveLength(1);
    const [open = ''] = error.enqueued.unconfirmed;
    expect(error.message).toBe(
      `here: 1 of 5 jobs taken: no confirm from the broker within 30 s\n  not confirmed, may still run: ${open}`,
    );
  });

  it('after a lost connection every job of which nothing was heard may run', async () => {
    const host = new ScriptedHost(([a = '']) => [a], new HostError('HOST_LOST', 'the connection was lost'));
    const { enqueued, message, hint } = await failureOf(host, { ...handover, count: 30 });
    expect([enqueued.taken.length, enqueued.unconfirmed.length]).toEqual([1, 29]);
    expect(message).toContain('and 9 more (--json lists all)');
    expect(hint, 'the same again would do them twice').not.toContain('again');
  });

  it('a job that has not ended in time is said to be taken, with exit code 2', async () => {
    const host = new ScriptedHost((ids) => ids, 1);
    const error = await failureOf(host, { ...handover, waitSeconds: 7 });
    expect(error.message).toBe(`here: taken, has not ended yet: ${error.enqueued.taken[0]} (after 7 s)`);
    expect(error).toMatchObject({ code: 'NOT_ENDED', exitCode: 2 });
  });

  it('a dead job beside it makes exit code 1', async () => {
    const host = new ScriptedHost(([a = '', b = '']) => [a, b, record(a, 'dead')], 1);
    expect(await failureOf(host, { ...handover, count: 2, waitSeconds: 7 })).toMatchObject({ exitCode: 1 });
  });

  it('a broker that takes no jobs is named with what to do', async () => {
    const error = await failureOf(new ScriptedHost(([a = '']) => [`? ${a}`], 4), handover);
    expect(error.code).toBe('BROKER_ALARM');
    expect(error.message).toContain('0 of 1 job taken: the broker takes no jobs: low on disk');
    expect(error.hint).toContain('make room');
  });

  it('ids and records that nobody asked for do not count', async () => {
    const host = new ScriptedHost(([a = '']) => [randomUUID(), `? ${randomUUID()}`, record(a), 'a line']);
    const { enqueued } = await failureOf(host, { ...handover, waitSeconds: 7 });
    expect(enqueued).toMatchObject({ taken: [], ended: [], unconfirmed: [expect.any(String)] });
  });

  it('of a job only the first record counts', async () => {
    const told: string[] = [];
    const host = new ScriptedHost(([a = '', b = '']) => [a, b, record(a), record(a, 'dead'), record(a)], 1);
    const listener = { onEnded: ({ state }: { readonly state: string }) => told.push(state) };
    const error: unknown = await enqueueOn(host, { ...handover, count: 2, waitSeconds: 7 }, listener).catch((e) => e);
    expect(error).toMatchObject({ code: 'NOT_ENDED', exitCode: 2, enqueued: { ended: [{ state: 'done' }] } });
    expect(told).toEqual(['done']);
  });
});

it.each([
  [3, 'NO_RELEASE'],
  [5, 'WORKER_NOT_DEPLOYED'],
])('a host that cannot do it (exit code %i) says so with %s', async (status, code) => {
  const host = new ScriptedHost(() => [], status);
  await expect(enqueueOn(host, handover)).rejects.toMatchObject({ code, exitCode: 2, hint: './jernverk apply' });
  expect(enqueueCommand('tick').script).toContain(`exit ${status}\n`);
});

it('a host whose file store is at its limit says so, with figures', async () => {
  const stderr = 'files 1073741824 4294967296 9000000 9999999\n';
  const failed = new CommandFailed('COMMAND_FAILED', 'exited with 6', { command: '', status: 6, stderr });
  const host = new (class extends LocalHost {
    override run = (): Promise<Output> => Promise.reject(failed);
  })();
  await expect(enqueueOn(host, handover)).rejects.toMatchObject({
    code: 'FILE_STORE_FULL',
    message: 'here: no job is taken: 1.0 GB free for the files of jobs, and none is taken below 4.0 GB',
  });
});

describe('a file of the store', () => {
  const reference = `sha256:${sha256('photo')}`;
  const storeWith = (content: string) =>
    new (class extends LocalHost {
      override capture = async (): Promise<string> => Buffer.from(content).toString('base64');
    })();

  it('is what its reference says', async () => {
    const host = storeWith('photo');
    expect(String(await fetchFile(host, 'tick', reference))).toBe('photo');
  });

  it('is refused where it is something else', async () => {
    const host = storeWith('root:*:1');
    await expect(fetchFile(host, 'tick', reference)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  });
});
