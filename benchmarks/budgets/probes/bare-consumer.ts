import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import { writeResult } from '../../../workers/runtime/result-store.ts';
import { files, openConnection, queue } from './broker.ts';

/**
 * What amqplib does by itself: takes the jobs one at a time and acks them, in the second form after a durable result
 * record of each, as the runtime has to write it. Prints when each job came, in milliseconds.
 */
const settings = z.object({ count: z.int(), record: z.boolean() }).parse(JSON.parse(process.env.SETTINGS ?? ''));
const connection = await openConnection();
const channel = await connection.createChannel();
await channel.prefetch(1, false);
const times: number[] = [];
const recordMs: number[] = [];
await mkdir(`${files}/results`, { recursive: true });
await new Promise<void>((resolve, reject) => {
  channel.on('error', reject);
  const take = async (id: string): Promise<void> => {
    if (!settings.record) return;
    const started = performance.now();
    await writeResult(files, { id, state: 'done', output: null, reason: null, finishedAt: new Date().toISOString() });
    recordMs.push(performance.now() - started);
  };
  const consuming = channel.consume(queue, (message) => {
    if (message === null) return reject(new Error('the broker cancelled the consumer'));
    times.push(performance.now());
    take(String(message.properties.messageId)).then(() => {
      channel.ack(message);
      if (times.length === settings.count) resolve();
    }, reject);
  });
  consuming.catch(reject);
});
// A connection that closes may overtake an ack on its channel; the channel itself does not.
await channel.close();
await connection.close();
console.log(JSON.stringify({ times, recordMs }));
