import { messageOf } from '../../lib/errors.ts';
import { type Diff, diff } from './diff.ts';
import type { TopicOutcome, TopicState } from './events.ts';
import { gather, type TopicWanted } from './gather.ts';
import type { Change, Readings } from './setting.ts';
import { type ApplyContext, takeSteps } from './take-steps.ts';
import { mayStay, type Topic } from './topic.ts';

const nothing: Diff = { changes: [], unknown: [], notApplicable: [], notices: [] };

/**
 * Brings a host to the wanted state, topic by topic in order: diff, steps, gather again. After that the diff must be
 * empty. Stops at the first topic that fails. Always returns the outcomes of all topics.
 */
export async function apply(context: ApplyContext, topics: readonly TopicWanted[]): Promise<TopicOutcome[]> {
  const outcomes: TopicOutcome[] = [];
  let readings = await gather(context.host, topics);
  for (const [index, current] of topics.entries()) {
    const { name } = current.topic;
    if (outcomes.at(-1)?.state === 'failed' || outcomes.at(-1)?.state === 'not reached') {
      outcomes.push({ topic: name, state: 'not reached', diff: nothing, error: null, milliseconds: 0 });
      continue;
    }
    const observe = async (): Promise<Readings> => {
      readings = await gather(context.host, topics.slice(index));
      return readings.get(name) ?? new Map();
    };
    outcomes.push(await converge(context, current, readings.get(name) ?? new Map(), observe));
  }
  return outcomes;
}

/**
 * Applies the changes of one topic and verifies them by reading the host again. Never rejects: a failure is an outcome.
 */
export async function converge(
  context: ApplyContext,
  { topic, wanted }: TopicWanted,
  readings: Readings,
  observe: () => Promise<Readings>,
): Promise<TopicOutcome> {
  const started = performance.now();
  const first = diff(wanted, readings);
  let told = first;
  const end = (state: TopicState, error: string | null = null): TopicOutcome => {
    const outcome = { topic: topic.name, state, diff: told, error, milliseconds: performance.now() - started };
    context.emit({ kind: 'topic finished', host: context.host.name, outcome });
    return outcome;
  };
  if (first.unknown.length > 0) return end('failed', unknownMessage(first));
  if (first.changes.length === 0) return end('unchanged');
  context.emit({ kind: 'topic started', host: context.host.name, topic: topic.name, changes: first.changes.length });
  try {
    await takeSteps(context, topic.name, topic.steps(first.changes, wanted));
    let rest = diff(wanted, await observe());
    // A daemon that was not running shows only now what it holds, such as bindings of a worker that is gone.
    const found = rest.changes.filter((change) => cameToLight(first, change) && isLeft(topic, change));
    if (found.length > 0 && rest.unknown.length === 0) {
      await takeSteps(context, topic.name, topic.steps(rest.changes, wanted));
      rest = diff(wanted, await observe());
    }
    const known = first.changes.filter(({ key }) => !found.some((change) => change.key === key));
    told = { ...first, changes: [...known, ...found], notApplicable: rest.notApplicable, notices: rest.notices };
    if (rest.unknown.length > 0) return end('failed', unknownMessage(rest));
    const left = rest.changes.filter((change) => isLeft(topic, change));
    return left.length === 0 ? end('changed') : end('failed', notConvergedMessage(left));
  } catch (error) {
    return end('failed', messageOf(error));
  }
}

/**
 * Returns whether the host now reports a value for a setting that it did not report before, or that was right before.
 */
const cameToLight = (first: Diff, { key, from }: Change): boolean => {
  const before = first.changes.find((change) => change.key === key);
  return before === undefined || (before.from === null && from !== null);
};

const isLeft = (topic: Topic, { key, from, to }: Change): boolean => to !== null || !mayStay(topic, key, from ?? '');

const unknownMessage = ({ unknown }: Diff): string =>
  `some settings could not be read, so nothing was changed: ${unknown.map(({ key, reason }) => `${key}: ${reason}`).join('; ')}`;

const notConvergedMessage = (left: readonly Change[]): string =>
  `the steps ran, but the host still differs: ${left
    .map(({ key, from, to }) => `${key} is ${JSON.stringify(from)}, wanted ${JSON.stringify(to)}`)
    .join('; ')}`;
