import type { ConfirmChannel, Message, Options } from 'amqplib';
import { messageOf } from './failure.ts';

/** The broker answered that it does not have the message. After any other error it may have it. */
export class NotTaken extends Error {}

/** Publishes to a queue and returns once the broker has it on disk. */
export interface Publisher {
  /**
   * @throws NotTaken if no queue of this name takes the message or the broker refuses it; another Error if no confirm
   *   comes in time or the connection ends before it.
   */
  publish(queue: string, content: Buffer, properties: Options.Publish & { messageId: string }): Promise<void>;
}

/** One publisher per channel: it listens for the messages that the broker sends back. The queue's name is the routing key. */
export function openPublisher(channel: ConfirmChannel, exchange: string, timeoutMs: number): Publisher {
  // A mandatory message without a queue comes back before its confirm, on the same channel.
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
      // The words by which amqplib tells a refusal from a channel that closed.
      else if (messageOf(error) === 'message nacked') reject(new NotTaken('the broker did not take the message'));
      else reject(new Error('the connection to the broker ended before its confirm', { cause: error }));
    });
  });
}
