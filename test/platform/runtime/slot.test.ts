import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { newJob, type ResultRecord } from '../../../platform/contract/job.ts';
import { writeResult } from '../../../platform/runtime/result-store.ts';
import { eventually } from '../../support/eventually.ts';
import { declareQueue, deleteQueue, publishJob, publishRaw, purge, takeDead, waitingIn } from '../../support/queues.ts';
import { startBroker, type TestBroker } from '../../support/rabbitmq.ts';
import { openHost, type TestHost, type TestSlot } from '../../support/slot.ts';

const worker = 'scripted';
/** A whole job as text, apart from what is changed in it. */
const envelope = (changed: object): string =>
  JSON.stringify({ ...newJob({ id: randomUUID(), worker, client: 'test', input: {} }, new Date()), ...changed });
let broker: TestBroker;
let host: TestHost;
/** Where the handler of the running test notes its runs, and what opens the gate for it. */
let runs: string;
let gate: string;

beforeAll(async () => {
  // The shortest heartbeat there is: a connection without a sign of life for two seconds is cut by either side.
  broker = await startBroker({ workers: [worker], heartbeat: 1 });
}, 120_000);
afterAll(async () => {
  await broker?.stop();
});
beforeEach(async () => {
  host = await openHost(broker, worker, 'test/fixtures/workers');
  runs = join(host.files, 'runs');
  gate = join(host.files, 'gate');
});
afterEach(async () => {
  await host.close();
  // Nothing may be left behind; what was is taken away, so that the next test is not the one to fail.
  expect([await purge(broker, worker), await purge(broker, `${worker}.dead`)]).toEqual([0, 0]);
}, 30_000);

const job = (act: string, more: object = {}, id?: string) =>
  publishJob(broker, worker, { act, runs, gate, ...more }, id);
const started = async (settings: Readonly<Record<string, unknown>> = {}, variables = {}): Promise<TestSlot> => {
  const slot = await host.startSlot({ attempts: 3, ...settings }, variables);
  await slot.logged('consuming');
  return slot;
};
const ended = (id: string): Promise<ResultRecord> => eventually(() => host.result(id));
const attempts = async (): Promise<string[]> => (await readFile(runs, 'utf8').catch(() => '')).split('\n').slice(0, -1);
const busyWith = (slot: TestSlot, id: string) =>
  eventually(async () => (await slot.status())?.job === id && (await attempts()).length > 0);
/** A slot that leaves in peace has had its ack accepted. */
const leaves = async (slot: TestSlot) => {
  slot.process.kill('SIGTERM');
  expect(await slot.ended).toBe(0);
};
const deadReason = async (): Promise<unknown> =>
  (await takeDead(broker, worker)).properties.headers?.['x-jernverk-reason'];

it('a job is done and its record says what the handler returned', async () => {
  const slot = await started();
  const id = await job('answer');
  expect(await ended(id)).toMatchObject({ id, state: 'done', output: { attempt: 1 }, reason: null });
  await leaves(slot);
  expect(await slot.status()).toMatchObject({
    state: 'stopped',
    worker,
    slot: 'scripted_00',
    done: 1,
    failed: 0,
    job: null,
  });
});

it.each([
  ['a message that is not JSON', '{"id":', /^the message is not JSON: /],
  ['a message that is not a job', '{"id":"7"}', /^the message is not a job: version: .*; id: .*; worker: /],
  [
    'a job of another worker',
    envelope({ worker: 'other' }),
    /^it is for the worker "other", and this one is "scripted"/,
  ],
  ['a job of a later contract than the next', envelope({ version: 3 }), /^the message is not a job: version: /],
  ['an input that does not fit', envelope({ input: { act: 7 } }), /^input: act: .*; runs: /],
])('%s goes to the dead-letter queue with the reason, and the slot lives', async (_, body, reason) => {
  const slot = await started();
  // As every publisher does: the id of a job is the id of its message.
  const given = body.includes('"input"') ? { messageId: JSON.parse(body).id } : {};
  const id = { messageId: await publishRaw(broker, worker, body, given), ...given }.messageId;
  const message = await takeDead(broker, worker);
  expect(message.properties.headers?.['x-jernverk-reason']).toMatch(reason);
  expect(message.content.toString()).toBe(body);
  expect(await ended(id)).toMatchObject({ id, state: 'dead', output: null, reason: expect.stringMatching(reason) });
  expect(await ended(await job('answer'))).toMatchObject({ state: 'done' });
  await leaves(slot);
});

it.each([
  ['open a channel', 3],
  ['consume scripted', 6],
])('a broker that lives and does not answer, asked to %s, is left for another connection', async (request, frames) => {
  const silent = host.socket.silenceNext(frames);
  const slot = await host.startSlot();
  await silent;
  const waiting = await slot.logged('waiting for the broker');
  expect(waiting.reason).toBe(`the broker was asked to ${request} and did not answer within 5 s`);
  expect(await ended(await job('answer'))).toMatchObject({ state: 'done' });
  await leaves(slot);
});

it('a slot that a silent broker keeps waiting leaves at the stop signal', async () => {
  const silent = host.socket.silenceNext(3);
  const slot = await host.startSlot();
  await silent;
  await leaves(slot);
});

it('a job of the next contract, with a field that this slot does not know, is done', async () => {
  const slot = await started();
  const id = randomUUID();
  const input = { act: 'answer', runs, gate };
  await publishRaw(broker, worker, envelope({ version: 2, id, input, colour: 'red' }));
  expect(await ended(id)).toMatchObject({ state: 'done' });
  await leaves(slot);
});

it('a failure that may pass is tried again', async () => {
  const slot = await started();
  expect(await ended(await job('fail once'))).toMatchObject({ state: 'done', output: { attempt: 2 } });
  await leaves(slot);
});

it('a failure that does not pass ends dead after the last attempt', async () => {
  const slot = await started();
  const reason = 'given up after 3 attempts, the last: never works';
  expect(await ended(await job('fail'))).toMatchObject({ state: 'dead', reason });
  expect(await deadReason()).toBe(reason);
  expect(await attempts()).toEqual(['1', '2', '3']);
  await leaves(slot);
});

it('a permanent failure is not tried again', async () => {
  const slot = await started();
  expect(await ended(await job('fail for good'))).toMatchObject({ state: 'dead', reason: 'cannot work' });
  expect(await deadReason()).toBe('cannot work');
  expect(await attempts()).toEqual(['1']);
  await leaves(slot);
});

it.each([
  ['ends itself', 'leave thread', /last: the handler's thread died: exit code 3$/],
  ['runs out of memory', 'fill memory', /last: the handler's thread died: .*memory limit/],
])('a handler whose thread %s is a failed attempt, and the slot lives', async (_, act, reason) => {
  const slot = await started({}, { NODE_OPTIONS: '--max-old-space-size=64' });
  expect(await ended(await job(act))).toMatchObject({ state: 'dead', reason: expect.stringMatching(reason) });
  expect(await deadReason()).toMatch(reason);
  expect(await ended(await job('answer'))).toMatchObject({ state: 'done' });
  await leaves(slot);
});

it('a job that kills its process every time ends dead with a reason', async () => {
  const id = await job('abort');
  let ending: number | string = '';
  // What supervisord does: start the slot again for as long as it dies.
  for (let slot = await host.startSlot({ attempts: 3 }); (await host.result(id)) === null; ) {
    ending = await Promise.race([slot.ended, ended(id).then(() => 'job ended')]);
    if (ending === 'SIGABRT') slot = await host.startSlot({ attempts: 3 });
  }
  expect(await ended(id)).toMatchObject({
    state: 'dead',
    reason: expect.stringMatching(/^given up: the slot .* 3 attempts/),
  });
  expect(await deadReason()).toMatch(/^given up/);
  expect(await attempts()).toEqual(['1', '2', '3']);
});

it('a job whose record says done is acked without doing it again', async () => {
  const id = randomUUID();
  await writeResult(host.files, {
    id,
    state: 'done',
    output: 'before',
    reason: null,
    finishedAt: '2026-01-01T00:00:00Z',
  });
  await job('answer', {}, id);
  const slot = await started();
  await slot.logged('done before');
  await leaves(slot);
  expect(await attempts()).toEqual([]);
  expect(await host.result(id)).toMatchObject({ output: 'before' });
});

it('a dead job that a person puts into the queue anew is tried again', async () => {
  const id = randomUUID();
  await writeResult(host.files, { id, state: 'dead', output: null, reason: 'bug', finishedAt: '2026-01-01T00:00:00Z' });
  const slot = await started();
  await job('answer', {}, id);
  await eventually(async () => (await host.result(id))?.state === 'done');
  await leaves(slot);
});

it('after SIGTERM the job in hand is finished, no other is taken, and the slot exits with 0', async () => {
  const slot = await started();
  const [first, second] = [await job('wait'), await job('answer')];
  await busyWith(slot, first);
  slot.process.kill('SIGTERM');
  await eventually(async () => (await slot.status())?.state === 'draining');
  await writeFile(gate, '');
  expect(await slot.ended).toBe(0);
  expect(await host.result(first)).toMatchObject({ state: 'done' });
  expect(await host.result(second)).toBeNull();
  expect(await waitingIn(broker, worker)).toBe(1);
  await leavesAfter(second, await started());
  expect(await host.result(second)).toMatchObject({ output: { attempt: 1 } });
});

it('a job that outlives the drain time is delivered again', async () => {
  const slot = await started({ drainSeconds: 0.1 });
  const id = await job('wait');
  await busyWith(slot, id);
  slot.process.kill('SIGTERM');
  expect(await slot.ended).toBe(1);
  expect(await slot.status()).toMatchObject({ state: 'stopped', job: id });
  await writeFile(gate, '');
  await leavesAfter(id, await started());
  expect(await attempts()).toEqual(['1', '2']);
});

it('a second SIGTERM ends the slot at once and the job is delivered again', async () => {
  const slot = await started();
  const id = await job('wait');
  await busyWith(slot, id);
  slot.process.kill('SIGTERM');
  await slot.logged('draining after SIGTERM');
  slot.process.kill('SIGTERM');
  expect(await slot.ended).toBe(1);
  await writeFile(gate, '');
  await leavesAfter(id, await started());
});

it('a job of a killed slot is done by another one', async () => {
  const killed = await started();
  const id = await job('wait');
  await busyWith(killed, id);
  const other = await started();
  killed.process.kill('SIGKILL');
  await eventually(async () => (await attempts()).length === 2);
  await writeFile(gate, '');
  expect(await ended(id)).toMatchObject({ state: 'done', output: { attempt: 2 } });
  await leaves(other);
});

it('a slot that loses the broker while it works finishes the job and acks it from its record', async () => {
  const slot = await started();
  const id = await job('wait');
  await busyWith(slot, id);
  host.socket.cut();
  await slot.logged('lost the broker');
  await writeFile(gate, '');
  await slot.logged('done before');
  await leavesAfter(id, slot);
  expect(await attempts()).toEqual(['1']);
});

it('a handler that keeps the CPU for longer than the heartbeat does not lose the connection', async () => {
  const slot = await started();
  expect(await ended(await job('block', { milliseconds: 5000 }))).toMatchObject({ output: { attempt: 1 } });
  await leaves(slot);
  expect(slot.log.map((line) => line.message)).not.toContain('lost the broker');
});

it('a slot without a broker stays alive and goes on when the broker is back', async () => {
  const slot = await started();
  await broker.restart();
  await slot.logged('lost the broker');
  expect(await ended(await job('answer'))).toMatchObject({ state: 'done' });
  await leaves(slot);
}, 60_000);

it('a job is not acked before its record is on disk', async () => {
  // A link to nowhere: there is no record to read and none can be written.
  const results = join(host.files, 'results');
  await symlink('nowhere', results);
  const slot = await started();
  const id = await job('answer');
  await slot.logged('cannot write the result record, trying again');
  slot.process.kill('SIGKILL');
  await slot.ended;
  await rm(results);
  await leavesAfter(id, await started());
  expect(await attempts()).toEqual(['1', '2']);
});

it('a record that cannot be read costs the job no attempt', async () => {
  const results = join(host.files, 'results');
  await writeFile(results, 'not a folder');
  const slot = await started();
  const id = await job('answer');
  await eventually(() => slot.log.filter((line) => line.message.startsWith('cannot read')).length > 3);
  await rm(results);
  expect(await ended(id)).toMatchObject({ output: { attempt: 1 } });
  await leaves(slot);
});

it('a damaged record is written anew', async () => {
  const id = randomUUID();
  await mkdir(join(host.files, 'results'));
  await writeFile(join(host.files, 'results', `${id}.json`), '\0\0\0\0');
  const slot = await started();
  await job('answer', {}, id);
  expect(await ended(id)).toMatchObject({ state: 'done' });
  await leaves(slot);
});

it('a dead job is not lost while its dead-letter queue is missing', async () => {
  await deleteQueue(broker, `${worker}.dead`);
  const slot = await started();
  const id = await publishRaw(broker, worker, 'no JSON');
  await slot.logged('not settled, the job will be delivered again');
  await declareQueue(broker, `${worker}.dead`);
  expect((await takeDead(broker, worker)).properties.messageId).toBe(id);
  expect(await ended(id)).toMatchObject({ state: 'dead' });
  await eventually(async () => (await slot.status())?.state === 'consuming');
  await leaves(slot);
});

it('an idle slot without a broker leaves at SIGTERM with 0', async () => {
  const slot = await host.startSlot({
    broker: { socket: '/nowhere/broker.sock', vhost: 'jernverk', user: worker, passwordFile: '/dev/null' },
  });
  await slot.logged('waiting for the broker');
  expect(await slot.status()).toMatchObject({ state: 'starting' });
  await leaves(slot);
});

it('a slot whose settings are wrong names each of them, and takes no job', async () => {
  const slot = await host.startSlot({ drainSeconds: 'soon', worker: '' });
  expect(await slot.ended).toBe(1);
  expect(slot.log[0]?.message).toMatch(/at worker[\s\S]*at drainSeconds/);
});

it('a slot whose settings are of a later format does not guess what they mean', async () => {
  const slot = await host.startSlot({ version: 2 });
  expect(await slot.ended).toBe(1);
  expect(slot.log[0]?.message).toMatch(/settings .* are wrong:[\s\S]*at version/);
});

async function leavesAfter(id: string, slot: TestSlot): Promise<void> {
  expect(await ended(id)).toMatchObject({ state: 'done' });
  await leaves(slot);
}
