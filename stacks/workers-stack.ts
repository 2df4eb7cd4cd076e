import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { TopicWanted } from '../provision/engine/gather.ts';
import { chainTopics } from './host-stack.ts';
import { JernverkProvider, type JernverkProviderProps } from './resources.ts';
import { keepStateInProject } from './state.ts';

export interface WorkersStackProps extends JernverkProviderProps {
  /** The slots of each host that runs workers. */
  readonly hosts: readonly { readonly host: string; readonly topics: readonly TopicWanted[] }[];
}

/** The release: which build of the workers runs on which host. Hosts get it in parallel. */
export class WorkersStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: WorkersStackProps) {
    super(scope, id);
    keepStateInProject(this);
    const provider = new JernverkProvider(this, props);
    for (const { host, topics } of props.hosts) chainTopics(this, provider, host, topics);
  }
}
