import { readFile } from 'node:fs/promises';
import type { Channel } from 'amqplib';
import * as z from 'zod';
import { readSettings, say } from '../../probes/broker.ts';
import { brokerStatusFile } from '../names.ts';
import { consumeAll, nothingYet, takeRest } from './consumer.ts';
import { jobBody, lost, openConnection, queue, sendAll, stopAtAlarm } from './jobs.ts';

/**
 * Fills the queue with a backlog and drains it. Prints samples at an interval: the counts so far, and the kernel's raw
 * lines about the broker and its disk.
 */
const settings = readSettings(
  z.object({
    backlog: z.int(),
    inFlight: z.int(),
    prefetch: z.int(),
    lookEveryMs: z.number(),
    /** The broker's block device. Null if the kernel counts for none. */
    device: z.string().nullable(),
  }),
);

const [sender, taker, looker] = await Promise.all([openConnection(), openConnection(), openConnection()]);
stopAtAlarm(sender);
const started = performance.now();
let confirmed = 0;
const consumed = nothingYet();

const lineOf = async (file: string, isWanted: (line: string) => boolean): Promise<string | null> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').find(isWanted) ?? null;
};

async function look(channel: Channel, phase: 'fill' | 'drain'): Promise<void> {
  const at_ms = performance.now() - started;
  const counts = { confirmed, consumed: consumed.deliveries };
  const [disk, memory, { messageCount }] = await Promise.all([
    lineOf('/proc/diskstats', (line) => line.trim().split(/\s+/)[2] === settings.device),
    lineOf(brokerStatusFile, (line) => line.startsWith('VmRSS:')),
    channel.checkQueue(queue),
  ]);
  say({ at_ms, phase, ...counts, waiting: messageCount, memory, disk });
}

/**
 * Samples at the beginning, every `lookEveryMs`, and at the end of the work. The drain begins with the last sample of
 * the fill.
 */
async function watched<Value>(phase: 'fill' | 'drain', work: () => Promise<Value>): Promise<Value> {
  const channel = await looker.createChannel();
  let looking = phase === 'fill' ? look(channel, phase) : Promise.resolve();
  await looking;
  const timer = setInterval(() => {
    looking = looking.then(() => look(channel, phase));
  }, settings.lookEveryMs);
  const value = await work().finally(() => clearInterval(timer));
  await looking;
  await look(channel, phase);
  await channel.close();
  return value;
}

async function fill(): Promise<number> {
  const channel = await sender.createConfirmChannel();
  const begun = performance.now();
  let sent = 0;
  const next = (): Buffer | null => {
    if (sent === settings.backlog) return null;
    sent += 1;
    return jobBody(sent - 1);
  };
  const onConfirm = (): void => {
    confirmed += 1;
  };
  await Promise.race([sendAll(channel, { next, inFlight: settings.inFlight, onConfirm }), lost(sender, channel)]);
  return performance.now() - begun;
}

const fill_ms = await watched('fill', fill);
const { durationMs: drain_ms } = await watched('drain', () =>
  consumeAll(taker, { expected: settings.backlog, prefetch: settings.prefetch, consumed }),
);
const left = await takeRest(looker, consumed);
say({ ...consumed, confirmed, fill_ms, drain_ms, left });
await Promise.all([sender.close(), taker.close(), looker.close()]);
