import type { Host } from '../ssh/host.ts';
import { type Diff, diff } from './diff.ts';
import { gather, type TopicWanted } from './gather.ts';
import type { TopicName } from './topic.ts';

/** What would change in one topic of a host, and what is unknown. */
export interface TopicPlan {
  readonly topic: TopicName;
  readonly diff: Diff;
}

/** Runs `gather` and `diff` only. `plan` shows the result and `verify` judges it. */
export async function plan(host: Host, topics: readonly TopicWanted[]): Promise<TopicPlan[]> {
  const readings = await gather(host, topics);
  return topics.map(({ topic, wanted }) => ({
    topic: topic.name,
    diff: diff(wanted, readings.get(topic.name) ?? new Map()),
  }));
}
