import type { TopicWanted } from '../engine/gather.ts';
import { type DesiredContext, type Topic, type TopicName, topicNames } from '../engine/topic.ts';
import { broker } from '../topics/broker/topic.ts';
import { docker } from '../topics/docker/topic.ts';
import { egress } from '../topics/egress/topic.ts';
import { firewall } from '../topics/firewall/topic.ts';
import { kernel } from '../topics/kernel/topic.ts';
import { packages } from '../topics/packages/topic.ts';
import { slots } from '../topics/slots/topic.ts';
import { supervisor } from '../topics/supervisor/topic.ts';

export const topics: Readonly<Record<TopicName, Topic>> = {
  packages,
  kernel,
  docker,
  broker,
  supervisor,
  firewall,
  egress,
  slots,
};

/** Everything that the environment wants on one host, topic by topic in the order of application. */
export function wantedFor(context: DesiredContext): TopicWanted[] {
  return topicNames.map((name) => ({ topic: topics[name], wanted: topics[name].desired(context) }));
}
