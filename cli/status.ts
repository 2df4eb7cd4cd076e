import { messageWithHint } from '../lib/errors.ts';
import { withEnvironment } from '../lib/own-command.ts';
import { oneLine } from '../lib/printable.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { deadQueueOf } from '../platform/contract/topology.ts';
import { ask } from '../provision/engine/gather.ts';
import { count, exitCodes } from '../provision/engine/report.ts';
import type { Environment, HostConfig } from '../provision/environment/schema.ts';
import { type HostStatus, parseStatus, statusQuestions, workersWithoutSlots } from '../provision/fleet/status.ts';
import { waitingIn } from '../provision/topics/broker/object-facts.ts';
import type { Invocation } from './invocation.ts';
import { connectTo, loadHosts } from './session.ts';

type Answered =
  | { readonly status: HostStatus; readonly error: null }
  | { readonly host: string; readonly error: string };

/**
 * Hosts, broker, queues, slots, release and CPU steal at a glance. Exit code 2 if a host or its broker did not answer.
 */
export async function statusCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const workers = environment.workers.map((worker) => worker.name);
  const answers = await Promise.all(
    hosts.map(async (config): Promise<Answered> => {
      try {
        await using host = await connectTo(config, root);
        return { status: parseStatus(config.name, await ask(host, statusQuestions)), error: null };
      } catch (error) {
        return { host: config.name, error: messageWithHint(error) };
      }
    }),
  );
  if (invocation.json) sayJson({ hosts: answers });
  else
    say(
      ...answers.flatMap((answer, index) => [
        ...(index === 0 ? [] : ['']),
        ...describeAnswer(answer, hosts[index]?.roles.includes('worker') ? workers : [], environment),
      ]),
    );
  const told = hosts.every((config, index) => isTold(config, answers[index]));
  return told ? exitCodes.done : exitCodes.unclear;
}

const isTold = ({ roles }: HostConfig, answer: Answered | undefined): boolean =>
  answer?.error === null && (answer.status.broker !== null || !roles.includes('broker'));

function describeAnswer(answer: Answered, workers: readonly string[], environment: Environment): readonly string[] {
  if (answer.error !== null) return [`${answer.host}: ${answer.error}`];
  const { status } = answer;
  const missing = workersWithoutSlots(workers, status).map((worker) =>
    withEnvironment(`  no slot of ${worker} runs here yet; deploy it: ./jernverk apply ${status.host}`),
  );
  return [...describeStatus(status), ...describeWaiting(status, environment), ...missing];
}

export const describeStatus = (status: HostStatus): readonly string[] => [
  ...describeHost(status),
  ...describeQueues(status),
  ...describeSlots(status),
  ...describeLimits(status),
];

function describeHost({
  host,
  uptimeSeconds,
  load,
  stealPercent,
  memoryAvailableBytes,
  release,
  broker,
}: HostStatus): string[] {
  const facts = [
    ['up', uptimeSeconds === null ? '?' : span(uptimeSeconds)],
    ['load', load?.join(' ') ?? '?'],
    ['memory free', memoryAvailableBytes === null ? '?' : `${Math.round(memoryAvailableBytes / 2 ** 20)} MB`],
    [
      'CPU steal',
      stealPercent === null
        ? '?'
        : `${stealPercent.now.toFixed(1)} % now, ${stealPercent.sinceBoot.toFixed(1)} % since boot`,
    ],
    ['release', release ?? 'none'],
    ['broker', broker === null ? 'no answer' : `RabbitMQ ${broker.version}`],
    ...(broker?.alarms ?? []).map((alarm) => ['', `takes no jobs: ${alarm}`]),
  ];
  return [host, ...facts.map(([name, text = '']) => `  ${name?.padEnd(12)} ${oneLine(text)}`)];
}

function describeQueues({ broker }: HostStatus): string[] {
  if (broker === null || broker.queues.length === 0) return [];
  const rows = broker.queues.map((queue) => [
    queue.name,
    queue.type,
    String(queue.ready),
    String(queue.unacknowledged),
    String(queue.consumers),
  ]);
  return ['', ...table(['queue', 'type', 'ready', 'running', 'consumers'], rows)];
}

/** Jobs in the queues of workers that are no longer in the environment. */
function describeWaiting({ broker }: HostStatus, { workers }: Environment): string[] {
  const taken = workers.flatMap(({ name }) => [name, deadQueueOf(name)]);
  const left = broker?.queues.filter(
    ({ name, ready, unacknowledged }) => !taken.includes(name) && ready + unacknowledged > 0,
  );
  return (left ?? []).map(({ name, ready, unacknowledged }) => `  ! ${waitingIn(name, ready + unacknowledged)}`);
}

function describeSlots({ slots }: HostStatus): string[] {
  if (slots.length === 0) return ['', '  no slots'];
  const rows = slots.map((slot) => [
    slot.slot,
    slot.release,
    slot.health === 'without a sign of life' ? `silent for ${span(slot.beatAgeSeconds)}` : slot.state,
    String(slot.done),
    String(slot.failed),
    slot.job ?? '',
  ]);
  return [
    '',
    ...table(['slot', 'release', 'state', 'done', 'failed', 'job'], rows),
    `  ${count(slots.length, 'slot')}`,
  ];
}

/** Says nothing while every limit holds. */
function describeLimits({ limits }: HostStatus): string[] {
  if (limits === null) return ['', '  limits of the workers: no answer'];
  return limits.length === 0
    ? []
    : ['', ...limits.map(({ name, text }) => oneLine(`limit reached: ${name}: ${text}`)).map((line) => `  ${line}`)];
}

/** Left-aligned columns with two spaces between them. */
function table(head: readonly string[], said: readonly (readonly string[])[]): string[] {
  const rows = said.map((row) => row.map(oneLine));
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
