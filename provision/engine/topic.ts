import type { ReleaseManifest } from '../../platform/build/manifest.ts';
import type { Environment, HostConfig } from '../environment/schema.ts';
import type { Fact, Kind } from './kind.ts';
import { type Change, kindOf, type Settings } from './setting.ts';
import type { Step } from './step.ts';

/** The topics in the order in which they are applied; each may rely on those before it. */
export const topicNames = [
  'packages',
  'kernel',
  'docker',
  'rabbitmq',
  'supervisor',
  'firewall',
  'egress',
  'release',
] as const;
export type TopicName = (typeof topicNames)[number];

/** The country ring as a file of nftables, named by its content: the same address data gives the same name. */
export interface EgressNetworks {
  /** Hex SHA-256 of the file, which is in the blob store. */
  readonly digest: string;
}

/** Everything that decides what a host should look like. All of it is known before a host is asked anything. */
export interface DesiredContext {
  readonly environment: Environment;
  readonly host: HostConfig;
  /** The build to run, or null where the host runs no workers. */
  readonly release: ReleaseManifest | null;
  /** Where connections may go by country; null where the environment has no such policy. */
  readonly networks: EgressNetworks | null;
}

/** One area of a host's state. All members are pure. */
export interface Topic {
  readonly name: TopicName;
  /** What it is made of, in the order in which a host is asked. */
  readonly kinds: readonly Kind[];
  /** What the environment wants here; an empty map if the host's roles need nothing of this topic. */
  desired(context: DesiredContext): Settings;
  /**
   * What to do about the changes, in order. `wanted` is the whole map, for steps that write a file from many keys.
   * A change to null takes the thing away again; packages and queues stay, see `purge`.
   */
  steps(changes: readonly Change[], wanted: Settings): readonly Step[];
  /** What `destroy --purge` takes away beyond that: packages, queues, secrets, data. */
  purge?(keys: readonly string[]): readonly Step[];
}

/** The facts that answer these keys; those that look ahead need what is wanted. */
export const factsOf = (
  { kinds }: Pick<Topic, 'kinds'>,
  keys: readonly string[],
  wanted: Settings = new Map(),
): Fact[] => kinds.flatMap((kind) => kind.facts(keys, wanted));

/** Whether a host may still say this of a key that nobody wants. */
export const mayStay = ({ kinds }: Pick<Topic, 'kinds'>, key: string, reading: string): boolean =>
  kinds.some((kind) => kind.prefixes.includes(kindOf(key)) && kind.mayStay?.(reading) === true);
