import type { Command } from '../../lib/shell.ts';
import type { ReleaseManifest } from '../../platform/build/manifest.ts';
import type { Environment, HostConfig } from '../environment/schema.ts';
import type { Change, Readings, Settings } from './setting.ts';
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

/**
 * One question to a host: a read-only POSIX sh command and the pure parser of its output.
 *
 * The facts of all topics travel as one script in one round trip. The command runs as root in a subshell with empty
 * standard input. If it exits non-zero, or if `parse` throws, every key of the fact is *unknown* with that reason.
 * A key that `parse` does not answer is *absent*.
 */
export interface Fact {
  readonly keys: readonly string[];
  readonly command: Command;
  parse(output: string): Readings;
}

/** One area of a host's state. All members are pure. */
export interface Topic {
  readonly name: TopicName;
  /** What the environment wants here; an empty map where the host's roles need nothing of this topic. */
  desired(context: DesiredContext): Settings;
  /**
   * The facts that answer these keys. Works from the keys alone, since Terraform's state holds nothing else; `wanted`
   * is there, and not empty, where something is about to be planned or applied, for a fact that looks ahead.
   */
  facts(keys: readonly string[], wanted?: Settings): readonly Fact[];
  /**
   * What to do about the changes, in order. `wanted` is the whole map, for steps that write a file from many keys.
   * A change to null takes the thing away again; packages and queues stay, see `purge`.
   */
  steps(changes: readonly Change[], wanted: Settings): readonly Step[];
  /**
   * The kinds of settings of which something may stay on the host when it is no longer wanted: packages, queues, values of
   * the running kernel. Of any other kind a leftover is a failure.
   */
  readonly leaves?: readonly string[];
  /** What `destroy --purge` takes away beyond that: packages, queues, secrets, data. */
  purge?(keys: readonly string[]): readonly Step[];
}
