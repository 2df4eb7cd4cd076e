import type { Host } from '../ssh/host.ts';
import { type Diff, diff } from './diff.ts';
import { gather, type TopicWanted } from './gather.ts';
import type { TopicName } from './topic.ts';

/** What one topic of a host would change, and what could not be told. */
export interface TopicPlan {
  readonly topic: TopicName;
  readonly diff: Diff;
}

/** `gather` and `diff` and nothing else: what `plan` shows, what `verify` judges. */
export async function plan(host: Host, topics: readonly TopicWanted[]): Promise<TopicPlan[]> {
  const readings = await gather(host, topics);
  return topics.map(({ topic, wanted }) => ({
    topic: topic.name,
    diff: diff(wanted, readings.get(topic.name) ?? new Map()),
  }));
}
