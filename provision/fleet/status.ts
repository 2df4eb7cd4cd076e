import * as z from 'zod';
import { type Command, raw } from '../../lib/shell.ts';
import { currentReleaseFile, readStatus, slotsFolder } from '../../platform/contract/places.ts';
import { healthOf, parseSlotStatus, type SlotStatus } from '../../platform/contract/slot-health.ts';
import { vhost } from '../../platform/contract/topology.ts';
import type { Answer } from '../engine/gather.ts';
import { alarmQuery, parseAlarms } from '../topics/broker/alarms.ts';
import { brokerQuery } from '../topics/broker/api.ts';
import { type ReachedLimit, reachedLimits } from '../topics/slots/limits.ts';
import { parseUsage, usageQuestion } from '../topics/slots/usage.ts';

/** What a host does right now, at a glance. Null means unknown. */
export interface HostStatus {
  readonly host: string;
  readonly uptimeSeconds: number | null;
  readonly load: readonly number[] | null;
  /** Percent of processor time that the hypervisor gave to others, over the sample and since boot. */
  readonly stealPercent: { readonly now: number; readonly sinceBoot: number } | null;
  readonly memoryAvailableBytes: number | null;
  readonly release: string | null;
  readonly broker: BrokerStatus | null;
  readonly slots: readonly SlotRow[];
  /** Limits that have been reached. Null if unknown. */
  readonly limits: readonly ReachedLimit[] | null;
}

export interface BrokerStatus {
  readonly version: string;
  readonly queues: readonly QueueStatus[];
  /** Why it takes no jobs. Empty if it takes them. */
  readonly alarms: readonly string[] | null;
}

export interface QueueStatus {
  readonly name: string;
  readonly type: string;
  readonly ready: number;
  readonly unacknowledged: number;
  readonly consumers: number;
}

/** What a slot says about itself, and its health by the rule of `contract/slot-status.ts`. */
export interface SlotRow extends Pick<SlotStatus, 'slot' | 'release' | 'state' | 'job' | 'done' | 'failed'> {
  readonly health: string;
  /** Seconds since the slot's last sign of life. */
  readonly beatAgeSeconds: number;
}

/**
 * Returns those of a host's workers that have no slot on it. They were never deployed, or their slots never said
 * anything.
 */
export const workersWithoutSlots = (workers: readonly string[], { slots }: HostStatus): readonly string[] =>
  workers.filter((worker) => !slots.some(({ slot }) => slot.replace(/_\d+$/, '') === worker));

/** Seconds between the two readings of /proc/stat, because steal is a rate. */
const sampleSeconds = 0.3;

/** The questions, in the order in which `parseStatus` expects the answers. All read only. */
export const statusQuestions: readonly Command[] = [
  raw('cat /proc/uptime /proc/loadavg; grep MemAvailable /proc/meminfo'),
  raw(`head -1 /proc/stat; sleep ${sampleSeconds}; head -1 /proc/stat`),
  raw(`cat ${currentReleaseFile}`),
  brokerQuery('overview?columns=rabbitmq_version'),
  brokerQuery(`queues/${vhost}?columns=name,type,messages_ready,messages_unacknowledged,consumers`),
  raw(`date +%s%3N
for file in ${slotsFolder}/*/status.json; do
  ${readStatus('$file')}
  echo
done`),
  usageQuestion,
  alarmQuery,
];

const overviewSchema = z.object({ rabbitmq_version: z.string() });

const queuesSchema = z.array(
  z.object({
    name: z.string(),
    type: z.string(),
    messages_ready: z.number().default(0),
    messages_unacknowledged: z.number().default(0),
    consumers: z.number().default(0),
  }),
);

/** Returns what the answers say. Null wherever a question was not answered. */
export function parseStatus(host: string, answers: readonly Answer[]): HostStatus {
  const [system, processor, release, overview, queues, slots, usage, alarms] = answers.map((answer) =>
    answer.exitCode === 0 ? answer.stdout : null,
  );
  const [uptime, load, memory] = system?.trim().split('\n') ?? [];
  return {
    host,
    uptimeSeconds: uptime === undefined ? null : finite(Number.parseFloat(uptime)),
    load: load === undefined ? null : parseLoad(load),
    stealPercent: processor == null ? null : parseSteal(processor),
    memoryAvailableBytes: memory === undefined ? null : finite(Number(/\d+/.exec(memory)?.[0]) * 1024),
    release: release?.trim() || null,
    broker: overview == null || queues == null ? null : parseBroker(overview, queues, alarms ?? ''),
    slots: slots == null ? [] : parseSlots(slots),
    limits: usage == null ? null : reachedLimits(parseUsage(usage)),
  };
}

const finite = (number: number): number | null => (Number.isFinite(number) ? number : null);

function parseLoad(text: string): readonly number[] | null {
  const numbers = text.split(' ').slice(0, 3).map(Number);
  return numbers.every(Number.isFinite) ? numbers : null;
}

/** Field 8 of the cpu line is steal; fields 9 and 10 (guest) are already in user and nice. See proc(5). */
function parseSteal(text: string): HostStatus['stealPercent'] {
  const samples = text
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/).slice(1, 9).map(Number));
  const [before, after] = samples;
  if (before === undefined || after === undefined) return null;
  const percent = (fields: readonly number[]): number => {
    const total = fields.reduce((sum, ticks) => sum + ticks, 0);
    return total === 0 ? 0 : (100 * (fields[7] ?? 0)) / total;
  };
  const now = percent(after.map((ticks, index) => ticks - (before[index] ?? 0)));
  const sinceBoot = percent(after);
  return Number.isFinite(now + sinceBoot) ? { now, sinceBoot } : null;
}

/** Null if this is not a broker's answer. The rest of the host's status is still returned. */
function parseBroker(overview: string, queues: string, alarms: string): BrokerStatus | null {
  const about = overviewSchema.safeParse(parseJson(overview));
  const listed = queuesSchema.safeParse(parseJson(queues));
  if (!about.success || !listed.success) return null;
  return {
    version: about.data.rabbitmq_version,
    queues: listed.data.map((queue) => ({
      name: queue.name,
      type: queue.type,
      ready: queue.messages_ready,
      unacknowledged: queue.messages_unacknowledged,
      consumers: queue.consumers,
    })),
    alarms: alarmsIn(alarms),
  };
}

function parseSlots(text: string): SlotRow[] {
  const [now = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line): SlotRow[] => {
    const status = parseSlotStatus(line);
    if (status === null) return [];
    const { slot, release, state, job, done, failed, beat } = status;
    const health = healthOf(status, Number(now));
    return [
      { slot, release, state, health, job, done, failed, beatAgeSeconds: Math.max(0, (Number(now) - beat) / 1000) },
    ];
  });
}

/**
 * Null if the text is not JSON. Brokers and workers may write anything; the rest of the host's status is still
 * returned.
 */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null if this is not a broker's answer. */
function alarmsIn(answer: string): readonly string[] | null {
  try {
    return parseAlarms(answer);
  } catch {
    return null;
  }
}
