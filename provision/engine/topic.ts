import type { ReleaseManifest } from '../../platform/build/manifest.ts';
import type { Environment, HostConfig } from '../environment/schema.ts';
import type { Fact, Kind } from './kind.ts';
import { type Change, kindOf, type Settings } from './setting.ts';
import type { Step } from './step.ts';

/** The topics in the order in which they are applied. Each may rely on the ones before it. */
export const topicNames = [
  'packages',
  'kernel',
  'docker',
  'broker',
  'supervisor',
  'firewall',
  'egress',
  'slots',
] as const;
export type TopicName = (typeof topicNames)[number];

/** The country ring as an nftables file, named by its content: the same address data gives the same name. */
export interface EgressNetworks {
  /** Hex SHA-256 of the file, which is in the blob store. */
  readonly digest: string;
}

/** Everything that decides the wanted state of a host. All of it is known before a host is asked anything. */
export interface DesiredContext {
  readonly environment: Environment;
  readonly host: HostConfig;
  /** The build to run. Null if the host runs no workers. */
  readonly release: ReleaseManifest | null;
  /** The countries that connections may go to. Null if the environment has no such policy. */
  readonly networks: EgressNetworks | null;
}

/** One area of a host's state. All members are pure. */
export interface Topic {
  readonly name: TopicName;
  /** The kinds of its settings, in the order in which a host is asked. */
  readonly kinds: readonly Kind[];
  /** Returns the wanted settings of this topic. An empty map if the host's roles need none. */
  desired(context: DesiredContext): Settings;
  /**
   * Returns the steps for the changes, in order. `wanted` is the whole map, for steps that write a file from many keys.
   * A change to null removes the thing again. Packages and queues stay, see `purge`.
   */
  steps(changes: readonly Change[], wanted: Settings): readonly Step[];
  /** Returns the further steps of `destroy --purge`: it also removes packages, queues, secrets and data. */
  purge?(keys: readonly string[]): readonly Step[];
}

/** Returns the facts that answer these keys. Those that look ahead need `wanted`. */
export const factsOf = (
  { kinds }: Pick<Topic, 'kinds'>,
  keys: readonly string[],
  wanted: Settings = new Map(),
): Fact[] => kinds.flatMap((kind) => kind.facts(keys, wanted));

/** Returns whether a host may still report this for a key that is no longer wanted. */
export const mayStay = ({ kinds }: Pick<Topic, 'kinds'>, key: string, reading: string): boolean =>
  kinds.some((kind) => kind.prefixes.includes(kindOf(key)) && kind.mayStay?.(reading) === true);
