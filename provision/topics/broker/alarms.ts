import * as z from 'zod';
import { raw, sh } from '../../../lib/shell.ts';
import { type Fact, ifInstalled, type Kind, stays } from '../../engine/kind.ts';
import { absent, type Change, type Reading, value } from '../../engine/setting.ts';
import type { RunStep } from '../../engine/step.ts';
import { apiUrl, curl } from './api.ts';
import { curlConfig, secretsFolder } from './names.ts';

/**
 * A broker that is short of disk or memory takes no jobs and gives no error: whoever publishes one waits for a confirm
 * that does not come. `alarm/broker` = `none` belongs to the topic `slots`, the last one: an alarm must not keep a
 * release from a host that needs it to work off its queues. A deploy that ends with an alarm has not succeeded.
 */
export const alarmKey = 'alarm/broker';
const none = 'none';

export const alarmSettings = (): [string, string][] => [[alarmKey, none]];

const figures = 'disk_free,disk_free_limit,mem_used,mem_limit';

/**
 * Prints two lines of JSON: whether there are alarms, and the figures behind them. Prints nothing if no broker listens.
 */
export const alarmQuery = ifInstalled(
  'curl',
  raw(`[ -r ${secretsFolder}/${curlConfig} ] || exit 0
code=0
answers=$(${curl} --max-time 5 --fail-early --write-out '\\n' '${apiUrl}/health/checks/local-alarms' '${apiUrl}/nodes?columns=${figures}') || code=$?
case $code in
  0) printf '%s\\n' "$answers" ;;
  7) exit 0 ;; # connection refused
  *) echo "the broker does not answer (curl's exit code $code)" >&2; exit 1 ;;
esac`),
);

const healthSchema = z.union([
  z.object({ status: z.literal('ok') }).transform(() => []),
  z.object({ alarms: z.array(z.object({ resource: z.string() })) }).transform(({ alarms }) => alarms),
]);
const nodesSchema = z.array(
  z.object({ disk_free: z.number(), disk_free_limit: z.number(), mem_used: z.number(), mem_limit: z.number() }),
);

/**
 * Returns why the broker takes no jobs. Empty if it takes them. Null if no broker listens. Throws if the output is not
 * the broker's answer.
 */
export function parseAlarms(output: string): readonly string[] | null {
  const [health, nodes] = output.split('\n').filter((line) => line !== '');
  if (health === undefined) return null;
  const alarms = healthSchema.parse(JSON.parse(health));
  const [node] = nodesSchema.safeParse(JSON.parse(nodes ?? '[]')).data ?? [];
  return alarms.map(({ resource }) => {
    if (node === undefined) return `it is short of ${resource}`;
    if (resource === 'disk space') {
      return `free disk ${gigabytes(node.disk_free)} is below its limit of ${gigabytes(node.disk_free_limit)} (broker.diskFreeLimit)`;
    }
    if (resource === 'memory') {
      return `its memory of ${gigabytes(node.mem_used)} is above its limit of ${gigabytes(node.mem_limit)} (broker.memoryWatermark)`;
    }
    return `it is short of ${resource}`;
  });
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

export function alarmFacts(keys: readonly string[]): Fact[] {
  if (!keys.includes(alarmKey)) return [];
  return [{ keys: [alarmKey], command: alarmQuery, parse: (output) => new Map([[alarmKey, readingOf(output)]]) }];
}

function readingOf(output: string): Reading {
  const alarms = parseAlarms(output);
  if (alarms === null) return absent;
  return value(alarms.length === 0 ? none : `the broker takes no jobs: ${alarms.join(', ')}`);
}

/**
 * An alarm ends when its cause has gone, and a restart of the broker checks again. So this waits a little for the end.
 */
export function alarmSteps(changes: readonly Change[]): RunStep[] {
  const change = changes.find(({ key, to }) => key === alarmKey && to !== null);
  if (change === undefined) return [];
  const message = `${change.from ?? 'the broker has an alarm and takes no jobs'}; make room on the host, or change the limit in the environment`;
  const check = `${curl} --fail --max-time 5 ${apiUrl}/health/checks/local-alarms`;
  return [
    {
      kind: 'run',
      title: 'check that the broker takes jobs',
      command: sh`tries=20
until ${raw(check)} >/dev/null 2>&1; do
  tries=$((tries - 1))
  if [ "$tries" = 0 ]; then echo ${message} >&2; exit 1; fi
  sleep 0.5
done`,
    },
  ];
}

/** No step ends an alarm. */
export const alarmKind: Kind = { prefixes: ['alarm'], facts: alarmFacts, mayStay: stays };
