import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import * as z from 'zod';
import { readSettings, say } from '../../probes/broker.ts';
import { countsFrom, dueAt, dueBy, type Schedule } from '../schedule.ts';
import { consumeAll, nothingYet, takeRest } from './consumer.ts';
import { jobBody, lost, openConnection, send, stopAtAlarm } from './jobs.ts';

/**
 * Sends jobs at a fixed rate and takes them out again, over two connections, with one monotonic clock. Prints the time
 * of each job in microseconds.
 */
const settings = readSettings(z.object({ perSecond: z.number(), count: z.int(), prefetch: z.int() }));

/** Resolves when all are confirmed. */
async function offer(channel: ConfirmChannel, schedule: Schedule, started: number): Promise<{ latestMs: number }> {
  let [latestMs, sent] = [0, 0];
  const confirms: Promise<void>[] = [];
  while (sent < schedule.count) {
    const due = dueBy(schedule, performance.now() - started);
    for (; sent < due; sent += 1) {
      const [dueMs, sentMs] = [started + dueAt(schedule, sent), performance.now()];
      latestMs = Math.max(latestMs, sentMs - dueMs);
      const body = jobBody(sent, countsFrom(dueMs, sentMs));
      confirms.push(new Promise((resolve, reject) => send(channel, body, resolve, reject)));
    }
    await sleep(Math.max(1, Math.floor(started + dueAt(schedule, sent) - performance.now())));
  }
  await Promise.all(confirms);
  return { latestMs };
}

const [sender, taker] = await Promise.all([openConnection(), openConnection()]);
stopAtAlarm(sender);
const channel = await sender.createConfirmChannel();
const took_us: number[] = [];
const consumed = nothingYet();
let last = 0;
const consuming = consumeAll(taker, {
  expected: settings.count,
  prefetch: settings.prefetch,
  consumed,
  onJob: (milliseconds) => {
    last = performance.now();
    took_us.push(Math.round((last - milliseconds) * 1000));
  },
});
const started = performance.now();
const [{ latestMs }] = await Promise.race([
  Promise.all([offer(channel, settings, started), consuming]),
  lost(sender, channel),
]);
const left = await takeRest(taker, consumed);
say({
  ...consumed,
  confirmed: settings.count,
  left,
  duration_ms: last - started,
  senderLate_ms: latestMs,
  took_us,
});
await channel.close();
await Promise.all([sender.close(), taker.close()]);
