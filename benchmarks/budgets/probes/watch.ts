import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { deadQueueOf } from '../../../platform/contract/topology.ts';
import { readResult } from '../../../platform/runtime/result-store.ts';
import { readSettings, say } from '../../probes/broker.ts';
import { files, openConnection, openJobs } from './jobs.ts';

/**
 * Sends jobs at a steady rate and counts the consumers of their queue every 100 ms, until the file `stop-watching` is
 * in the file store. Then waits for all of the jobs and prints how they ended.
 */
const { worker, input, everyMs } = readSettings(
  z.object({ worker: z.string(), input: z.record(z.string(), z.unknown()), everyMs: z.number() }),
);
const connection = await openConnection();
const publish = await openJobs(connection);
const channel = await connection.createChannel();

const stopped = (): Promise<boolean> =>
  access(join(files, 'stop-watching')).then(
    () => true,
    () => false,
  );

const consumers: { readonly at: number; readonly count: number }[] = [];
const jobs: string[] = [];
let stopping = false;

async function watch(): Promise<void> {
  while (!stopping) {
    const { consumerCount } = await channel.checkQueue(worker);
    consumers.push({ at: performance.now(), count: consumerCount });
    await sleep(100);
    stopping = await stopped();
  }
}

async function handIn(): Promise<void> {
  while (!stopping) {
    const id = randomUUID();
    await publish(worker, input, id);
    jobs.push(id);
    await sleep(everyMs);
  }
}

/**
 * The longest time in milliseconds between two samples that both saw a consumer, with none in between. 0 if all samples
 * saw one.
 */
function longestGap(): number {
  let [gap, last] = [0, consumers[0]?.at ?? 0];
  let missing = false;
  for (const { at, count } of consumers) {
    if (count === 0) missing = true;
    else {
      if (missing) gap = Math.max(gap, at - last);
      [last, missing] = [at, false];
    }
  }
  return gap;
}

async function endOf(id: string): Promise<string> {
  const patience = performance.now() + 60_000;
  for (;;) {
    const record = await readResult(files, id);
    if (record !== null) return record.state;
    if (performance.now() > patience) return 'lost';
    await sleep(50);
  }
}

await Promise.all([watch(), handIn()]);
const ends = await Promise.all(jobs.map(endOf));
const count = (state: string): number => ends.filter((end) => end === state).length;
const { messageCount } = await channel.checkQueue(deadQueueOf(worker));
say({
  looks: consumers.length,
  fewestConsumers: Math.min(...consumers.map((look) => look.count)),
  longestGapMs: longestGap(),
  jobs: jobs.length,
  done: count('done'),
  dead: messageCount,
});
await channel.close();
await connection.close();
