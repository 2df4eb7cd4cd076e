import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod';
import { raw } from '../../lib/shell.ts';
import { type ResultRecord, resultRecordSchema } from '../../platform/contract/job.ts';
import { enqueueInput } from '../../provision/fleet/enqueue.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { apiFunction, brokerQuery } from '../../provision/topics/broker/api.ts';
import { enqueueCommand } from '../../provision/topics/slots/enqueue.ts';

/** Jobs on their way to a host, seen from the operator's machine. */
export interface HandingIn {
  /** Jobs whose confirm has arrived here. The list grows. */
  readonly ids: readonly string[];
  /** Resolves when it is over. Rejects if it failed or the host went away. */
  readonly ended: Promise<unknown>;
}

interface Batch {
  /** May be another queue than the worker's. It gets the same messages. */
  readonly queue: string;
  readonly file: string;
  readonly count: number;
  /** Jobs that may wait for their confirm at the same time. */
  readonly window: number;
  /** Called after each confirm has arrived. */
  readonly onConfirm: () => void;
}

const worker = 'image-resizer';
const thumbnail = { width: 16, height: 16, format: 'png' };
const jobId = z.uuid();

/** Hands in jobs as `jernverk enqueue --count` does. */
export function handIn(host: Host, { queue, file, count, window, onConfirm }: Batch): HandingIn {
  const handover = { worker: queue, input: thumbnail, file, count, waitSeconds: null };
  const ids: string[] = [];
  const onLine = (line: string): void => {
    if (!jobId.safeParse(line).success) return;
    ids.push(line);
    onConfirm();
  };
  const input = enqueueInput(uuidv7(), handover, window);
  return { ids, ended: host.run(enqueueCommand(worker), { input, onLine }) };
}

const results = `/var/lib/jernverk/files/${worker}/results`;

/** Waits until there are this many result records on the host, and returns them. */
export async function resultsOn(host: Host, count: number): Promise<ReadonlyMap<string, ResultRecord>> {
  const output = await host.capture(
    raw(`while [ "$(ls ${results} | grep -c 'json$')" -lt ${count} ]; do sleep 1; done
cat ${results}/*.json`),
    { timeoutMs: 15 * 60_000 },
  );
  const records = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => resultRecordSchema.parse(JSON.parse(line)));
  return new Map(records.map((record) => [record.id, record]));
}

/** Declares a durable queue of the type that RabbitMQ had before quorum queues. Jobs can be handed in to it. */
export async function declareClassicQueue(host: Host, name: string): Promise<void> {
  const queue = JSON.stringify({ durable: true, arguments: { 'x-queue-type': 'classic' } });
  await host.run(
    raw(`${apiFunction.script}\necho '${queue}' | api PUT queues/jernverk/${name}
echo '{"routing_key":"${name}"}' | api POST bindings/jernverk/e/jernverk.jobs/q/${name}`),
  );
}

export async function deleteQueue(host: Host, name: string): Promise<void> {
  await host.run(raw(`${apiFunction.script}\napi DELETE queues/jernverk/${name} </dev/null`));
}

const totals = z.array(z.object({ name: z.string(), messages: z.int() }));

/** Returns the queue's own count, without delay. RabbitMQ 3.10 has these totals only in its list of queues. */
export async function messagesIn(host: Host, queue: string): Promise<number> {
  const query = brokerQuery('queues/jernverk?disable_stats=true&enable_queue_totals=true');
  const queues = totals.parse(JSON.parse(await host.capture(query)));
  const found = queues.find(({ name }) => name === queue);
  if (found === undefined) throw new Error(`the broker has no queue ${queue}`);
  return found.messages;
}
