import * as z from 'zod';
import { linesOf, unreadable } from './parts.ts';

/** How long a host keeps its data, according to its configuration. */

const definition = z.record(z.string(), z.unknown());
const policiesSchema = z.array(
  z.object({ name: z.string(), vhost: z.string(), pattern: z.string(), priority: z.number(), definition }),
);
const queuesSchema = z.array(
  z.object({
    name: z.string(),
    vhost: z.string(),
    // RabbitMQ returns an empty map as an empty list.
    arguments: definition.or(z.array(z.never()).transform((): Record<string, unknown> => ({}))),
    policy: z.string().nullish(),
  }),
);

/** Seconds after which a message leaves each queue: the smaller of argument and policy. Null for never. */
export function queueLimits(queuesJson: string, policiesJson: string): ReadonlyMap<string, number | null> {
  const policies = policiesSchema.parse(JSON.parse(policiesJson));
  return new Map(
    queuesSchema.parse(JSON.parse(queuesJson)).map((queue): [string, number | null] => {
      const policy = policies.find(({ name, vhost }) => name === queue.policy && vhost === queue.vhost);
      const limits = [queue.arguments['x-message-ttl'], policy?.definition['message-ttl']].filter(
        (limit): limit is number => typeof limit === 'number',
      );
      return [queue.name, limits.length === 0 ? null : Math.min(...limits) / 1000];
    }),
  );
}

/** The last `MaxRetentionSec=` of journald's files, in seconds. Null if there is none, or it is off. */
export function journalLimit(configuration: string): number | null {
  const values = linesOf(configuration).flatMap((line) => /^MaxRetentionSec=(.*)$/.exec(line)?.[1] ?? []);
  const last = values.at(-1)?.trim() ?? '';
  const seconds = secondsOf(last);
  return seconds === 0 ? null : seconds;
}

/** Parses a span of systemd.time(7), such as `2week 3d`, to seconds. Throws Error if a unit is unknown. */
export const secondsOf = (span: string): number =>
  [...span.matchAll(/(\d+)\s*([a-zA-Z]*)/g)].reduce((sum, [, amount, unit = '']) => {
    const size = units[unit];
    if (size === undefined)
      throw unreadable(`${span}: enheten ${unit} er ikke kjent`, `${span}: the unit ${unit} is not known`);
    return sum + Number(amount) * size;
  }, 0);

/** Units of systemd.time(7), in seconds. */
const units: Readonly<Record<string, number>> = Object.fromEntries(
  (
    [
      ['|s|sec|second|seconds', 1],
      ['m|min|minute|minutes', 60],
      ['h|hr|hour|hours', 3_600],
      ['d|day|days', 86_400],
      ['w|week|weeks', 604_800],
      ['M|month|months', 2_629_800],
      ['y|year|years', 31_557_600],
    ] as const
  ).flatMap(([names, seconds]) => names.split('|').map((name) => [name, seconds])),
);
