import type { TopicWanted } from '../../../provision/engine/gather.ts';
import type { Settings } from '../../../provision/engine/setting.ts';
import type { TopicName } from '../../../provision/engine/topic.ts';
import { parseEnvironment } from '../../../provision/environment/parse.ts';
import type { Environment } from '../../../provision/environment/schema.ts';

/** An environment of these hosts with one worker; the first host is the broker. */
export const environmentOf = (hosts: readonly string[], registry: 'default' | 'none'): Environment =>
  parseEnvironment(
    JSON.stringify({
      name: 'test',
      terraform: { registry },
      hosts: hosts.map((name, index) => ({ name, roles: index === 0 ? ['broker', 'worker'] : ['gateway'], lab: {} })),
      workers: [{ name: 'image-resizer' }],
    }),
    'test.yaml',
  );

/** A topic that is nothing but what is wanted of it. */
export const wantedTopic = (name: TopicName, settings: Readonly<Record<string, string>>): TopicWanted => ({
  topic: { name, desired: (): Settings => new Map(), kinds: [], steps: () => [] },
  wanted: new Map(Object.entries(settings)),
});
