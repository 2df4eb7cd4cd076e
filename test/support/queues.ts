import { randomUUID } from 'node:crypto';
import type { Channel, GetMessage, Options } from 'amqplib';
import { jobProperties, newJob } from '../../platform/contract/job.ts';
import { deadQueueOf } from '../../platform/contract/topology.ts';
import { openPublisher } from '../../platform/runtime/publisher.ts';
import { eventually } from './eventually.ts';
import type { TestBroker } from './rabbitmq.ts';

/** The default exchange leads to every queue. An administrator may write to it. */
const anyQueue = '';

/** Puts a message with exactly this body into a queue and returns its message-id. */
export async function publishRaw(
  broker: TestBroker,
  queue: string,
  body: string,
  more: Options.Publish = {},
): Promise<string> {
  const connection = await broker.connect();
  const messageId = randomUUID();
  const publisher = openPublisher(await connection.createConfirmChannel(), anyQueue, 10_000);
  await publisher.publish(queue, Buffer.from(body), { messageId, ...more });
  await connection.close();
  return messageId;
}

/** Puts a job into a queue and returns its id. */
export async function publishJob(
  broker: TestBroker,
  worker: string,
  input: unknown,
  id: string = randomUUID(),
): Promise<string> {
  const job = newJob({ id, worker, client: 'test', input }, new Date());
  await publishRaw(broker, worker, JSON.stringify(job), jobProperties(job));
  return id;
}

/** Waits for the next message of the dead-letter queue, takes it out and returns it. */
export async function takeDead(broker: TestBroker, queue: string): Promise<GetMessage> {
  return withChannel(broker, (channel) => eventually(() => channel.get(deadQueueOf(queue), { noAck: true })));
}

/** Returns the number of messages that wait in a queue, without those that a slot has in hand. */
export const waitingIn = (broker: TestBroker, queue: string): Promise<number> =>
  withChannel(broker, async (channel) => (await channel.checkQueue(queue)).messageCount);

/** Empties a queue and returns how many messages it had. */
export const purge = (broker: TestBroker, queue: string): Promise<number> =>
  withChannel(broker, async (channel) => (await channel.purgeQueue(queue)).messageCount);

export const deleteQueue = (broker: TestBroker, queue: string): Promise<unknown> =>
  withChannel(broker, (channel) => channel.deleteQueue(queue));

export const declareQueue = (broker: TestBroker, queue: string): Promise<unknown> =>
  withChannel(broker, (channel) => channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } }));

async function withChannel<Result>(broker: TestBroker, action: (channel: Channel) => Promise<Result>): Promise<Result> {
  const connection = await broker.connect();
  const result = await action(await connection.createChannel());
  await connection.close();
  return result;
}
