import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobSchema } from '../../workers/runtime/job.ts';
import { eventually } from '../support/eventually.ts';
import { purge, waitingIn } from '../support/queues.ts';
import { startBroker, type TestBroker } from '../support/rabbitmq.ts';
import { openHost, type TestHost } from '../support/slot.ts';

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

const input = (act: string) => JSON.stringify({ act, runs: join(host.files, 'runs') });

it('--count prints each id after its confirm, and all jobs are in the queue', async () => {
  const { code, stdout } = await host.enqueue(['--count', '50', '--window', '10', input('answer')]);
  expect(code).toBe(0);
  expect(new Set(stdout.trim().split('\n')).size).toBe(50);
  expect(await eventually(async () => (await waitingIn(broker, worker)) === 50)).toBe(true);
  await purge(broker, worker);
});

it('the message is a persistent JSON job with its id and kind as properties', async () => {
  const { stdout } = await host.enqueue([], input('answer'));
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
  expect(jobSchema.parse(JSON.parse(message.content.toString()))).toMatchObject({ id, kind: worker });
});

it('--wait prints the result records, with exit code 1 if one job is dead', async () => {
  const slot = await host.startSlot();
  await slot.logged('consuming');
  const done = await host.enqueue(['--wait', '--count', '2', input('answer')]);
  expect(done.code).toBe(0);
  expect(
    done.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).state),
  ).toEqual(['done', 'done']);
  const dead = await host.enqueue(['--wait', input('fail for good')]);
  expect(dead.code).toBe(1);
  expect(JSON.parse(dead.stdout)).toMatchObject({ state: 'dead', reason: 'cannot work' });
  slot.process.kill('SIGTERM');
  await slot.ended;
});

it('--wait gives up after the timeout', async () => {
  const { code, stderr } = await host.enqueue(['--wait', '--timeout', '0.2', input('answer')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^enqueue: job \S+ has not ended within 0.2 s\n$/);
  await purge(broker, worker);
});

it('--file puts standard input into the file store and names it in the input', async () => {
  const { stdout } = await host.enqueue(['--file', '-', '{"width":7}'], Buffer.from('photo'));
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  const message = await eventually(() => channel.get(worker, { noAck: true }));
  await connection.close();
  const job = JSON.parse(message.content.toString());
  expect(job).toEqual({
    id: stdout.trim(),
    kind: worker,
    input: { width: 7, file: expect.stringMatching(/^sha256:/) },
  });
  const found = job.input.file.slice('sha256:'.length);
  expect(await readFile(join(host.files, 'sha256', found.slice(0, 2), found), 'utf8')).toBe('photo');
});

it('a queue that is not there is an error, not a lost job', async () => {
  const { code, stdout, stderr } = await host.enqueue(['--queue', 'nobody', '{}']);
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: 'enqueue: there is no queue "nobody"\n' });
});

it.each([
  [['--count', '0', '{}'], /count/],
  [['--window', 'wide', '{}'], /window/],
  [['--no-such-option'], /no-such-option/],
  [['{}', '{}'], /one INPUT is expected, 2 were given/],
  [['[1]'], /INPUT must be a JSON object, given: \[1\]/],
  [['--file', '-'], /with --file - give INPUT/],
])('wrong arguments %j: exit code 2 and what is wrong', async (arguments_, reason) => {
  const { code, stderr } = await host.enqueue(arguments_);
  expect(code).toBe(2);
  expect(stderr).toMatch(reason);
});

it('a broker that is away is exit code 1 with the reason', async () => {
  await host.socket.close();
  const { code, stderr } = await host.enqueue([input('answer')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^enqueue: .*broker\.sock/);
});
