import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ChannelModel, GetMessage } from 'amqplib';
import { lost, queue, readJob } from './jobs.ts';

/** What came out of the queue. */
export interface Consumed {
  /** Deliveries, each acked. */
  deliveries: number;
  /** The jobs among them that came for the first time. */
  distinct: number;
  /** Deliveries that the broker itself marks as redelivered. */
  redelivered: number;
  /** Jobs other than the expected ones. */
  strange: number;
}

interface Consuming {
  readonly expected: number;
  readonly prefetch: number;
  /** Increased as jobs come. */
  readonly consumed: Consumed;
  /** Called for each delivery with the time in the job. */
  readonly onJob?: (milliseconds: number) => void;
}

/** After this many milliseconds without a delivery, the rest counts as lost. */
const silenceMs = 30_000;

/**
 * Takes jobs 0 to `expected` - 1 and acks each, until all have come or no more come. A busy quorum queue holds the last
 * acks in the channel for a while, and forgets them when that closes: see `takeRest`.
 */
export async function consumeAll(
  connection: ChannelModel,
  { expected, prefetch, consumed, onJob = () => undefined }: Consuming,
): Promise<{ durationMs: number }> {
  const channel = await connection.createChannel();
  await channel.prefetch(prefetch);
  const seen = new Uint8Array(expected);
  const started = performance.now();
  let last = started;
  const all = new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearInterval(watchdog);
      resolve();
    };
    const watchdog = setInterval(() => {
      if (performance.now() - last >= silenceMs) end();
    }, 1000);
    const consuming = channel.consume(queue, (message) => {
      if (message === null) return reject(new Error('the broker cancelled the consumer'));
      last = performance.now();
      const { number, milliseconds } = readJob(message.content);
      onJob(milliseconds);
      channel.ack(message);
      count(consumed, seen, number, message.fields.redelivered);
      if (consumed.distinct === expected) end();
    });
    consuming.catch(reject);
  });
  await Promise.race([all, lost(connection, channel)]);
  await channel.close();
  return { durationMs: last - started };
}

export const nothingYet = (): Consumed => ({ deliveries: 0, distinct: 0, redelivered: 0, strange: 0 });

function count(consumed: Consumed, seen: Uint8Array, number: number, redelivered: boolean): void {
  consumed.deliveries += 1;
  if (redelivered) consumed.redelivered += 1;
  if (number >= seen.length) consumed.strange += 1;
  else if (seen[number] === 0) {
    seen[number] = 1;
    consumed.distinct += 1;
  }
}

/** Tries, 100 ms apart, before jobs count as waiting: jobs that a closed channel held return after a moment. */
const looks = 20;

/**
 * Takes the jobs that returned to the queue because their acks were forgotten. They count as redelivered. Returns the
 * number of jobs that are left after that.
 */
export async function takeRest(connection: ChannelModel, consumed: Consumed): Promise<number> {
  const channel = await connection.createChannel();
  // One at a time, so that the queue is not busy and each ack goes through.
  for (let message = await nextOf(channel); message !== null; message = await nextOf(channel)) {
    channel.ack(message);
    consumed.deliveries += 1;
    if (message.fields.redelivered) consumed.redelivered += 1;
  }
  await channel.close();
  return waitingIn(connection);
}

async function nextOf(channel: Channel): Promise<GetMessage | null> {
  for (let tries = looks; tries > 0; tries -= 1) {
    const message = await channel.get(queue);
    if (message !== false) return message;
    const { messageCount } = await channel.checkQueue(queue);
    if (messageCount === 0) return null;
    await sleep(100);
  }
  return null;
}

async function waitingIn(connection: ChannelModel): Promise<number> {
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await channel.close();
  return messageCount;
}
