import type { ConfirmChannel, Message, Options } from 'amqplib';
import { messageOf } from './failure.ts';

/** The broker replied that it did not accept the message. After any other error it may have it. */
export class NotTaken extends Error {}

/** Publishes to a queue and returns when the broker has the message on disk. */
export interface Publisher {
  /**
   * Throws NotTaken if no queue of this name accepts the message or the broker refuses it. Throws another Error if no
   * confirm comes in time or the connection ends before it.
   */
  publish(queue: string, content: Buffer, properties: Options.Publish & { messageId: string }): Promise<void>;
}

/**
 * Opens the one publisher of a channel. It listens for messages that the broker returns. The queue's name is the
 * routing key.
 */
export function openPublisher(channel: ConfirmChannel, exchange: string, timeoutMs: number): Publisher {
  // A mandatory message without a queue is returned before its confirm, on the same channel.
  const returned = new Set<string>();
  channel.on('return', (message: Message) => returned.add(String(message.properties.messageId)));
  return {
    async publish(queue, content, properties) {
      const options = { ...properties, mandatory: true, persistent: true };
      await confirmed(channel, { exchange, queue, content, options }, timeoutMs);
      if (returned.delete(properties.messageId)) throw new NotTaken(`there is no queue "${queue}"`);
    },
  };
}

function confirmed(
  channel: ConfirmChannel,
  { exchange, queue, content, options }: { exchange: string; queue: string; content: Buffer; options: Options.Publish },
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`no confirm from the broker within ${timeoutMs / 1000} s`));
    const timer = setTimeout(late, timeoutMs);
    channel.publish(exchange, queue, content, options, (error: unknown) => {
      clearTimeout(timer);
      if (!error) resolve();
      // amqplib distinguishes a refusal from a closed channel by this message only.
      else if (messageOf(error) === 'message nacked') reject(new NotTaken('the broker did not take the message'));
      else reject(new Error('the connection to the broker ended before its confirm', { cause: error }));
    });
  });
}
