import type { Unresolved } from '../engine/diff.ts';
import type { Readings, Settings } from '../engine/setting.ts';
import type { TopicName } from '../engine/topic.ts';

/** The keys to ask a host about, topic by topic. */
export type Keys = ReadonlyMap<TopicName, ReadonlySet<string>>;

/** How bringing one topic to what is wanted ended. */
export interface Convergence {
  /** Why it failed; null where the host now has what is wanted. */
  readonly error: string | null;
  readonly notApplicable: readonly Unresolved[];
  readonly notices: readonly Unresolved[];
}

/** All that the provider needs of hosts. It knows them by name alone. */
export interface Hosts {
  /** Reads all of it in one round trip. Rejects where the host cannot be asked. */
  gather(host: string, keys: Keys): Promise<ReadonlyMap<TopicName, Readings>>;
  /** Reads a topic as it is judged by what is wanted and not there yet. Rejects where the host cannot be asked. */
  foresee(host: string, topic: TopicName, wanted: Settings): Promise<Readings>;
  /** Makes the host have what is wanted. Keys of `owned` that are not wanted any more are taken away. */
  converge(host: string, topic: TopicName, wanted: Settings, owned: ReadonlySet<string>): Promise<Convergence>;
  close(): Promise<void>;
}

/** The provider's configuration block. */
export interface ProviderConfig {
  /** Path of the environment file. */
  readonly environment: string;
  /** Path of the project. */
  readonly root: string;
  /** What the configuration asks of each host; a hint that saves round trips, never the truth. */
  readonly keys: ReadonlyMap<string, Keys>;
}

export type OpenHosts = (config: ProviderConfig) => Promise<Hosts>;
