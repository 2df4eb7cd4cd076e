import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { TopicWanted } from '../provision/engine/gather.ts';
import { JernverkProvider, type JernverkProviderProps, TopicResource } from './resources.ts';
import { keepStateInProject } from './state.ts';

export interface HostStackProps extends JernverkProviderProps {
  /** Name of the host in the environment. */
  readonly host: string;
  /** What is wanted, topic by topic, in the order of application. A topic without settings gets no resource. */
  readonly topics: readonly TopicWanted[];
}

/** One host without its workers: a resource per topic, each after the one before it. */
export class HostStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: HostStackProps) {
    super(scope, id);
    keepStateInProject(this);
    const provider = new JernverkProvider(this, props);
    chainTopics(this, provider, props.host, props.topics);
  }
}

/** A topic relies on those before it, so Terraform applies them in order and destroys them in reverse. */
export function chainTopics(
  scope: Construct,
  provider: JernverkProvider,
  host: string,
  topics: readonly TopicWanted[],
): void {
  let before: TopicResource | undefined;
  for (const { topic, wanted } of topics) {
    if (wanted.size === 0) continue;
    const order = before === undefined ? {} : { after: before };
    const id = `${host}-${topic.name}`;
    before = new TopicResource(scope, id, { provider, host, topic: topic.name, settings: wanted, ...order });
  }
}
