import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { readSettings, say } from '../../probes/broker.ts';
import { openConnection, openJobs, queue } from './jobs.ts';

/** Sends jobs at a fixed rate, each with the time at which it was sent. Prints how long the confirms took. */
const { count, perSecond } = readSettings(z.object({ count: z.int(), perSecond: z.number() }));
const connection = await openConnection();
const publish = await openJobs(connection);
const started = performance.now();
const confirms: Promise<number>[] = [];
while (confirms.length < count) {
  const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * perSecond) + 1);
  while (confirms.length < due) confirms.push(handIn());
  await sleep(1);
}
const seconds = (performance.now() - started) / 1000;
say({ confirmMs: await Promise.all(confirms), perSecond: count / seconds });
await connection.close();

async function handIn(): Promise<number> {
  const begun = performance.now();
  await publish(queue, { enqueuedNs: String(process.hrtime.bigint()) }, randomUUID());
  return performance.now() - begun;
}
