import { type TopicName, topicNames } from '../engine/topic.ts';
import { decodeValue, isRecord, isUnknown } from './codec.ts';
import { Refusal } from './diagnostics.ts';
import type { Keys, ProviderConfig } from './hosts.ts';
import type { DynamicValue } from './protocol.ts';

/** Returns the provider's block. Throws Refusal if it is empty, or if a path in it is not known. */
export function decodeProviderConfig(encoded: DynamicValue | undefined): ProviderConfig {
  const config = decodeValue(encoded);
  if (!isRecord(config)) throw new Refusal({ summary: 'the provider block is empty: set environment and root' });
  return {
    environment: path(config, 'environment'),
    root: path(config, 'root'),
    keys: decodeKeys(config.keys),
  };
}

/** Checks the block while Terraform validates. Values may still be unknown then. */
export function configured(encoded: DynamicValue | undefined): void {
  const config = decodeValue(encoded);
  if (isRecord(config) && Object.values(config).some(isUnknown)) return;
  decodeProviderConfig(encoded);
}

function path(config: Record<string, unknown>, name: string): string {
  const value = config[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refusal({ summary: `provider.${name}: expected a path that is known before apply`, path: [name] });
}

/** The keys are only a hint, so anything unexpected in them is left out. */
function decodeKeys(value: unknown): ReadonlyMap<string, Keys> {
  if (!isRecord(value)) return new Map();
  return new Map(Object.entries(value).map(([host, topics]) => [host, keysOfHost(topics)]));
}

const keysOfHost = (topics: unknown): Keys =>
  new Map(
    topicNames.flatMap((topic): [TopicName, ReadonlySet<string>][] => {
      const keys = isRecord(topics) ? topics[topic] : undefined;
      return Array.isArray(keys) ? [[topic, new Set(keys.filter((key) => typeof key === 'string'))]] : [];
    }),
  );
