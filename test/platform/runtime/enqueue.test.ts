import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobIdOf } from '../../../platform/contract/enqueue-request.ts';
import { jobSchema, resultRecordSchema } from '../../../platform/contract/job.ts';
import { eventually } from '../../support/eventually.ts';
import { purge, waitingIn } from '../../support/queues.ts';
import { startBroker, type TestBroker } from '../../support/rabbitmq.ts';
import { openHost, type TestHost } from '../../support/slot.ts';

const worker = 'scripted';
let broker: TestBroker;
let host: TestHost;

beforeAll(async () => {
  broker = await startBroker({ workers: [worker] });
  host = await openHost(broker, worker, 'test/fixtures/workers');
}, 120_000);
afterAll(async () => {
  await host?.close();
  await broker?.stop();
});

/** Hands over jobs that let the scripted worker do this. */
const enqueue = (act: string, request: object = {}) =>
  host.enqueue({ input: { act, runs: join(host.files, 'runs') }, ...request });
const idsOf = (stdout: string): string[] =>
  stdout.split('\n').filter((line) => jobSchema.shape.id.safeParse(line).success);
const recordsOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => resultRecordSchema.parse(JSON.parse(line)));

it('each id is printed after its confirm, and is the one that whoever asks knows already', async () => {
  const batch = uuidv7();
  const { code, stdout } = await enqueue('answer', { batch, count: 50, window: 10 });
  expect(code).toBe(0);
  const known = Array.from({ length: 50 }, (_, number) => jobIdOf(batch, number));
  expect(idsOf(stdout).sort()).toEqual(known.sort());
  expect(await eventually(async () => (await waitingIn(broker, worker)) === 50)).toBe(true);
  await purge(broker, worker);
});

it('the message is a persistent JSON job with its id and worker as properties', async () => {
  const { stdout } = await enqueue('answer');
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  const message = await eventually(() => channel.get(worker, { noAck: true }));
  await connection.close();
  const id = stdout.trim();
  expect(message.properties).toMatchObject({
    messageId: id,
    type: worker,
    contentType: 'application/json',
    deliveryMode: 2,
  });
  expect(jobSchema.parse(JSON.parse(message.content.toString()))).toMatchObject({ id, worker });
});

it('the result records of jobs that are waited for are printed, with exit code 1 if one is dead', async () => {
  const slot = await host.startSlot();
  await slot.logged('consuming');
  const done = await enqueue('answer', { wait: 30, count: 2 });
  expect(done.code).toBe(0);
  expect(recordsOf(done.stdout).map(({ state }) => state)).toEqual(['done', 'done']);
  const dead = await enqueue('fail for good', { wait: 30 });
  expect(dead.code).toBe(1);
  expect(recordsOf(dead.stdout)).toMatchObject([{ state: 'dead', reason: 'cannot work' }]);
  slot.process.kill('SIGTERM');
  await slot.ended;
});

it('a job that has not ended in time has its id printed and no record, with exit code 1', async () => {
  const { code, stdout, stderr } = await enqueue('answer', { wait: 0.2 });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect([idsOf(stdout).length, recordsOf(stdout).length]).toEqual([1, 0]);
  await purge(broker, worker);
});

it('the bytes after the first line go into the file store and are named in the input', async () => {
  const { stdout } = await host.enqueue({ file: true, input: { width: 7 } }, 'photo\n\nof two lines');
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  const message = await eventually(() => channel.get(worker, { noAck: true }));
  await connection.close();
  const job = JSON.parse(message.content.toString());
  expect(job).toEqual({
    id: stdout.trim(),
    ...{ version: 1, publication: 1, worker, client: 'operator', priority: 0 },
    ...{ notBefore: null, deadline: null, subject: null, trace: null },
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    input: { width: 7, file: expect.stringMatching(/^sha256:/) },
  });
  const found = job.input.file.slice('sha256:'.length);
  expect(await readFile(join(host.files, 'sha256', found.slice(0, 2), found), 'utf8')).toBe('photo\n\nof two lines');
});

it('a queue that is not there is an error, and the job is certainly not taken', async () => {
  const ended = await host.enqueue({ input: {}, worker: 'nobody' });
  expect(ended).toEqual({ code: 1, stdout: '', stderr: 'enqueue: there is no queue "nobody"\n' });
});

it.each([
  [{ input: {}, count: 0 }, /count/],
  [{ input: {}, window: 'wide' }, /window/],
  [{ input: {}, colour: 'red' }, /colour/],
  [{ input: [1] }, /input/],
  [{ input: {}, batch: '4f8e3c1e-7a3c-4a57-9d0e-0f6a1b2c3d4e' }, /batch/],
  ['hunter2', /it is not JSON/],
  ['', /it is not JSON/],
])(
  'the request %j is refused with exit code 2 and what is wrong, and without what was given',
  async (given, reason) => {
    const request = typeof given === 'string' ? given : host.request(given);
    const { code, stdout, stderr } = await host.startEnqueue(request).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('hunter2');
  },
);

it('a broker short of disk is named at once, and the jobs that got no answer are named as open', async () => {
  await broker.setDiskLimit('900GB');
  const started = performance.now();
  // The first one may still get in: the broker tells only who has sent something.
  const { code, stdout, stderr } = await enqueue('answer', { count: 3 });
  expect({ code, stderr }).toEqual({ code: 4, stderr: 'enqueue: low on disk\n' });
  expect(stdout).toMatch(/^\? [0-9a-f-]{36}$/m);
  expect(performance.now() - started, 'long before the confirm is given up').toBeLessThan(20_000);
  await broker.setDiskLimit('50MB');
  await eventually(async () => (await enqueue('answer')).code === 0);
  await purge(broker, worker);
}, 120_000);

it('after a lost connection what was taken and what may be is told', async () => {
  const batch = uuidv7();
  const asked = host.startEnqueue(`${host.request({ input: {}, batch, count: 100_000, window: 100 })}\n`);
  await eventually(() => idsOf(asked.stdout()).length > 100);
  host.socket.cut();
  const { code, stdout, stderr } = await asked.ended;
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'enqueue: the connection to the broker ended before its confirm\n',
  });
  const open = [...stdout.matchAll(/^\? (\S+)$/gm)].map(([, id]) => id);
  expect(open.length).toBeGreaterThan(0);
  // Every job in the queue is one of those that were named.
  const named = new Set([...idsOf(stdout), ...open]);
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  for (;;) {
    const message = await channel.get(worker, { noAck: true });
    if (message === false) break;
    expect(named.has(message.properties.messageId), message.properties.messageId).toBe(true);
  }
  await connection.close();
});

it('a broker that is away is exit code 1 with the reason', async () => {
  await host.socket.close();
  const { code, stderr } = await enqueue('answer');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^enqueue: .*broker\.sock/);
});
