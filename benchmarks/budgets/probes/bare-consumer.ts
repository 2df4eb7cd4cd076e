import { mkdir } from 'node:fs/promises';
import * as z from 'zod';
import { writeDurably } from '../../../lib/durable-file.ts';
import { type ResultRecord, resultPath } from '../../../platform/contract/job.ts';
import { writeResult } from '../../../platform/runtime/result-store.ts';
import { readSettings, say } from '../../probes/broker.ts';
import { files, openConnection, queue } from './jobs.ts';

/**
 * amqplib alone: takes the jobs one at a time and acks them. It writes no result record, or a durable one, either as
 * guides describe it (temporary file, fsync, rename, fsync of the folder, with node:fs/promises) or with the runtime's
 * own function. Prints when each job came, in milliseconds.
 */
const settings = readSettings(z.object({ count: z.int(), record: z.enum(['none', 'by hand', 'as the runtime']) }));
const connection = await openConnection();
const channel = await connection.createChannel();
await channel.prefetch(1, false);
const times: number[] = [];
const recordMs: number[] = [];
await mkdir(`${files}/results`, { recursive: true });
await new Promise<void>((resolve, reject) => {
  channel.on('error', reject);
  const take = async (id: string): Promise<void> => {
    if (settings.record === 'none') return;
    const record: ResultRecord = {
      id,
      state: 'done',
      output: null,
      reason: null,
      finishedAt: new Date().toISOString(),
    };
    const started = performance.now();
    if (settings.record === 'as the runtime') writeResult(files, record);
    else await writeDurably(`${files}/${resultPath(id)}`, `${JSON.stringify(record)}\n`);
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
// Closing the connection may overtake an ack on its channel. Closing the channel does not.
await channel.close();
await connection.close();
say({ times, recordMs });
