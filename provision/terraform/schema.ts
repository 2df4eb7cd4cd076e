import { type TopicName, topicNames } from '../engine/topic.ts';
import { Refusal } from './diagnostics.ts';
import type { Attribute, Schema } from './protocol.ts';

/** Terraform's name of the provider and the first part of each resource type. */
export const providerName = 'jernverk';

export const resourceTypeOf = (topic: TopicName): string => `${providerName}_${topic}`;

export function topicOf(resourceType: string): TopicName {
  const topic = topicNames.find((name) => resourceTypeOf(name) === resourceType);
  if (topic === undefined) throw new Refusal({ summary: `${resourceType} is no resource type of ${providerName}` });
  return topic;
}

type Type = 'string' | readonly ['map' | 'list', Type];

const attribute = (
  name: string,
  type: Type,
  kind: 'required' | 'optional' | 'computed',
  description: string,
): Attribute => ({
  name,
  type: Buffer.from(JSON.stringify(type)),
  description,
  [kind]: true,
});

export const providerSchema: Schema = {
  version: 0,
  block: {
    description: 'Hosts of a Jernverk environment.',
    attributes: [
      attribute('environment', 'string', 'required', 'Path of the environment file.'),
      attribute('root', 'string', 'required', 'Path of the project, where .jernverk/ is.'),
      attribute(
        'keys',
        ['map', ['map', ['list', 'string']]],
        'optional',
        'Host, topic, and the keys that the configuration sets there: the first read of a host asks for all at once.',
      ),
    ],
  },
};

const resourceSchema = (topic: TopicName): Schema => ({
  version: 0,
  block: {
    description: `The settings of ${topic} on one host.`,
    attributes: [
      attribute('host', 'string', 'required', 'Name of the host in the environment.'),
      attribute('settings', ['map', 'string'], 'required', 'All wanted settings: key and text.'),
      attribute('id', 'string', 'computed', 'host/topic'),
    ],
  },
});

export const resourceSchemas: Readonly<Record<string, Schema>> = Object.fromEntries(
  topicNames.map((topic) => [resourceTypeOf(topic), resourceSchema(topic)]),
);
