import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { BrokerSettings } from '../contract/slot-settings.ts';
import { deadExchangeOf } from '../contract/topology.ts';
import { connectBroker, inTime } from './connection.ts';
import { messageOf } from './failure.ts';
import { openPublisher, type Publisher } from './publisher.ts';

/** One connection to the broker with one consumer that holds at most one message. */
export interface Session {
  /** Publishes to the dead-letter queue, the only one that this worker may write to. */
  readonly publisher: Publisher;
  /** Resolves with the reason when the connection or the consumer is gone. */
  readonly ended: Promise<string>;
  /** Both throw if the channel is gone. The broker then delivers the message again. */
  ack(message: ConsumeMessage): void;
  retry(message: ConsumeMessage): void;
  /** No new message comes after this. The current one can still be acked. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

const confirmTimeoutMs = 30_000;

/**
 * Throws if the broker or the queue is not there (yet), the login is refused, or the broker is alive and does not
 * reply.
 */
export async function openSession(
  broker: BrokerSettings,
  queue: string,
  onMessage: (message: ConsumeMessage, session: Session) => void,
): Promise<Session> {
  const connection = await connectBroker(broker);
  let given = true;
  try {
    const channel = await inTime(connection.createConfirmChannel(), 'open a channel');
    let end: (reason: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    connection.on('close', (error?: Error) => end(error ? messageOf(error) : 'connection closed'));
    channel.on('error', (error: Error) => end(messageOf(error)));
    channel.on('close', () => end('channel closed'));

    // Set per consumer, because quorum queues refuse the global form.
    await inTime(channel.prefetch(1, false), 'limit what it sends');
    const publisher = openPublisher(channel, deadExchangeOf(queue), confirmTimeoutMs);
    const session = sessionOn(channel, publisher, ended, async () => {
      // If the connection were closed first, its close could overtake an ack that the channel has not written yet, and
      // the broker would ignore that ack.
      await inTime(channel.close(), 'close a channel').catch(() => undefined);
      await inTime(connection.close(), 'close a connection');
    });
    const consuming = channel.consume(queue, (message) => {
      if (message === null) end('the broker cancelled the consumer');
      // A message that comes after giving up returns to the queue when the connection closes.
      else if (given) onMessage(message, session);
    });
    const { consumerTag } = await inTime(consuming, `consume ${queue}`);
    session.cancel = async () => void (await inTime(channel.cancel(consumerTag), 'cancel a consumer'));
    return session;
  } catch (error) {
    given = false;
    // Not awaited: if the broker never replies, the heartbeat ends the connection.
    connection.close().catch(() => undefined);
    throw error;
  }
}

function sessionOn(
  channel: ConfirmChannel,
  publisher: Publisher,
  ended: Promise<string>,
  close: () => Promise<void>,
): Session {
  return {
    publisher,
    ended,
    ack: (message) => channel.ack(message),
    // reject and not nack, because since RabbitMQ 4.3 only a reject counts towards the delivery limit.
    retry: (message) => channel.reject(message, true),
    cancel: async () => undefined,
    close,
  };
}
