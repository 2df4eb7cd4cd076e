import type { Unresolved } from '../engine/diff.ts';
import type { Readings, Settings } from '../engine/setting.ts';
import type { TopicName } from '../engine/topic.ts';

/** The keys to ask a host about, topic by topic. */
export type Keys = ReadonlyMap<TopicName, ReadonlySet<string>>;

/** The outcome of bringing one topic to what is wanted. */
export interface Convergence {
  /** Why it failed. Null if the host now has what is wanted. */
  readonly error: string | null;
  readonly notApplicable: readonly Unresolved[];
  readonly notices: readonly Unresolved[];
}

/** Everything that the provider needs from hosts. It knows them only by name. */
export interface Hosts {
  /** Reads everything in one round trip. Rejects if the host cannot be asked. */
  gather(host: string, keys: Keys): Promise<ReadonlyMap<TopicName, Readings>>;
  /**
   * Reads a topic's facts against settings that are wanted but not yet applied. Rejects if the host cannot be asked.
   */
  foresee(host: string, topic: TopicName, wanted: Settings): Promise<Readings>;
  /** Brings the host to what is wanted. Removes keys of `owned` that are no longer wanted. */
  converge(host: string, topic: TopicName, wanted: Settings, owned: ReadonlySet<string>): Promise<Convergence>;
  close(): Promise<void>;
}

/** The provider's configuration block. */
export interface ProviderConfig {
  /** Path of the environment file. */
  readonly environment: string;
  /** Path of the project. */
  readonly root: string;
  /** The keys that the configuration sets on each host. A hint that saves round trips, never the truth. */
  readonly keys: ReadonlyMap<string, Keys>;
}

export type OpenHosts = (config: ProviderConfig) => Promise<Hosts>;
