import * as z from 'zod';
import { readSettings, say } from '../../probes/broker.ts';
import { jobBody, lost, openConnection, sendAll, stopAtAlarm } from './jobs.ts';

/**
 * Sends jobs with confirms, up to `inFlight` unconfirmed at a time. After the warm-up it counts the confirms during a
 * fixed time. Prints that count, and the total number of jobs.
 */
const settings = readSettings(
  z.object({ from: z.int(), inFlight: z.int(), warmUpMs: z.number(), measureMs: z.number() }),
);
const connection = await openConnection();
stopAtAlarm(connection);
const channel = await connection.createConfirmChannel();
const started = performance.now();
const begin = started + settings.warmUpMs;
const end = begin + settings.measureMs;
let [sent, confirmed, measured, lastConfirm] = [0, 0, 0, begin];
const work = sendAll(channel, {
  inFlight: settings.inFlight,
  next: () => {
    if (performance.now() >= end) return null;
    sent += 1;
    return jobBody(settings.from + sent - 1);
  },
  onConfirm: () => {
    confirmed += 1;
    const now = performance.now();
    if (now < begin || now > end) return;
    measured += 1;
    lastConfirm = now;
  },
});
await Promise.race([work, lost(connection, channel)]);
say({
  broker: `RabbitMQ ${connection.connection.serverProperties.version}`,
  sent,
  confirmed,
  measured,
  duration_ms: measured > 0 ? lastConfirm - begin : settings.measureMs,
});
await channel.close();
await connection.close();
