import { docker } from './docker/topic.ts';
import { egress } from './egress/topic.ts';
import { firewall } from './firewall/topic.ts';
import type { TopicWanted } from './gather.ts';
import { kernel } from './kernel/topic.ts';
import { packages } from './packages/topic.ts';
import { rabbitmq } from './rabbitmq/topic.ts';
import { release } from './release/topic.ts';
import { supervisor } from './supervisor/topic.ts';
import { type DesiredContext, type Topic, type TopicName, topicNames } from './topic.ts';

export const topics: Readonly<Record<TopicName, Topic>> = {
  packages,
  kernel,
  docker,
  rabbitmq,
  supervisor,
  firewall,
  egress,
  release,
};

/** Everything that the environment wants on one host, topic by topic in the order of application. */
export function wantedFor(context: DesiredContext): TopicWanted[] {
  return topicNames.map((name) => ({ topic: topics[name], wanted: topics[name].desired(context) }));
}
