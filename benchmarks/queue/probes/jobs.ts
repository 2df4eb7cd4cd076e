import { randomBytes } from 'node:crypto';
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { benchName } from '../../../provision/topics/broker/names.ts';
import { connectAs } from '../../probes/broker.ts';
import { passwordFile } from '../names.ts';
import { payloadBytes } from '../plan.ts';

export const queue = benchName;

/** Connects as the benchmark's own user. */
export const openConnection = (): Promise<ChannelModel> => connectAs(benchName, passwordFile);

/** If the broker raises an alarm, prints that as the outcome and exits: an alarm is not a failure of the program. */
export function stopAtAlarm(connection: ChannelModel): void {
  connection.on('blocked', (reason) => {
    process.stdout.write(`${JSON.stringify({ alarm: reason })}\n`, () => process.exit(3));
  });
}

/** Rejects if the broker closes the channel or the connection. */
export const lost = (connection: ChannelModel, channel: Channel): Promise<never> =>
  new Promise((_, reject) => {
    channel.on('error', reject);
    channel.on('return', () => reject(new Error('the queue is gone')));
    connection.on('close', (error) => reject(error ?? new Error('the broker closed the connection')));
  });

const filling = randomBytes(payloadBytes);

/** A job that cannot be compressed, with its number and a time in milliseconds of this program's monotonic clock. */
export function jobBody(number: number, milliseconds = 0): Buffer {
  const body = Buffer.from(filling);
  body.writeUInt32LE(number, 0);
  body.writeDoubleLE(milliseconds, 4);
  return body;
}

export const readJob = (body: Buffer): { number: number; milliseconds: number } => ({
  number: body.readUInt32LE(0),
  milliseconds: body.readDoubleLE(4),
});

/**
 * Sends one job. Calls `onConfirm` when the broker has it on disk, and `onRefusal` if the broker does not accept it.
 */
export function send(
  channel: ConfirmChannel,
  body: Buffer,
  onConfirm: () => void,
  onRefusal: (e: Error) => void,
): void {
  const properties = { persistent: true, mandatory: true, contentType: 'application/octet-stream' };
  channel.sendToQueue(queue, body, properties, (error: unknown) => {
    if (error) onRefusal(new Error('the broker did not take a job', { cause: error }));
    else onConfirm();
  });
}

/**
 * Sends jobs until `next` returns null, with up to `inFlight` unconfirmed at a time. Resolves when all are confirmed.
 */
export const sendAll = (
  channel: ConfirmChannel,
  { next, inFlight, onConfirm }: { next: () => Buffer | null; inFlight: number; onConfirm: () => void },
): Promise<void> =>
  new Promise((resolve, reject) => {
    let [open, ended] = [0, false];
    const more = (): void => {
      while (open < inFlight && !ended) {
        const body = next();
        if (body === null) {
          ended = true;
          break;
        }
        open += 1;
        send(channel, body, confirmed, reject);
      }
      if (ended && open === 0) resolve();
    };
    const confirmed = (): void => {
      open -= 1;
      onConfirm();
      more();
    };
    more();
  });
