import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { connectBroker } from './connection.ts';
import { messageOf } from './failure.ts';
import { deadExchangeOf } from './job.ts';
import { openPublisher, type Publisher } from './publisher.ts';
import type { BrokerSettings } from './settings.ts';

/** One connection to the broker with one consumer that holds at most one message. */
export interface Session {
  /** Publishes to the dead-letter queue, the only one that this worker may write to. */
  readonly publisher: Publisher;
  /** Resolves with the reason once the connection or the consumer is gone. */
  readonly ended: Promise<string>;
  /** Both throw where the channel is gone; the broker then delivers the message again by itself. */
  ack(message: ConsumeMessage): void;
  retry(message: ConsumeMessage): void;
  /** No new message comes after this; the one in hand can still be acked. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

const confirmTimeoutMs = 30_000;

/** @throws Error where the broker or the queue is not there (yet), or the login is refused. */
export async function openSession(
  broker: BrokerSettings,
  queue: string,
  onMessage: (message: ConsumeMessage, session: Session) => void,
): Promise<Session> {
  const connection = await connectBroker(broker);
  try {
    const channel = await connection.createConfirmChannel();
    let end: (reason: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    connection.on('close', (error?: Error) => end(error ? messageOf(error) : 'connection closed'));
    channel.on('error', (error: Error) => end(messageOf(error)));
    channel.on('close', () => end('channel closed'));

    // Per consumer: quorum queues refuse the global form.
    await channel.prefetch(1, false);
    const publisher = openPublisher(channel, deadExchangeOf(queue), confirmTimeoutMs);
    const session = sessionOn(channel, publisher, ended, async () => {
      // A connection's close overtakes an ack that its channel has not written yet, and the broker then ignores the ack.
      await channel.close().catch(() => undefined);
      await connection.close();
    });
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null) end('the broker cancelled the consumer');
      else onMessage(message, session);
    });
    session.cancel = async () => void (await channel.cancel(consumerTag));
    return session;
  } catch (error) {
    await connection.close().catch(() => undefined);
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
    // reject and not nack: since RabbitMQ 4.3 only a reject counts towards the delivery limit.
    retry: (message) => channel.reject(message, true),
    cancel: async () => undefined,
    close,
  };
}
