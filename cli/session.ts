import { userInfo } from 'node:os';
import type { ApplyEvent } from '../provision/engine/events.ts';
import type { TopicWanted } from '../provision/engine/gather.ts';
import type { ApplyContext } from '../provision/engine/take-steps.ts';
import type { OpenBlob } from '../provision/engine/upload.ts';
import { loadEnvironment } from '../provision/environment/load.ts';
import type { Environment, HostConfig } from '../provision/environment/schema.ts';
import { connectHost, contextOf, selectHosts } from '../provision/fleet/hosts.ts';
import { prepare } from '../provision/fleet/prepare.ts';
import type { Host } from '../provision/ssh/host.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { projectRoot } from './project.ts';

/** One host with everything that is wanted on it. */
export interface Target {
  readonly config: HostConfig;
  /** Known when the workers are built. Rejects with InputError if one does not build. */
  readonly topics: Promise<readonly TopicWanted[]>;
}

export interface Session {
  readonly root: string;
  readonly environment: Environment;
  readonly targets: readonly Target[];
  /** What to send instead of the blobs of this project. */
  readonly openBlob?: OpenBlob;
}

/** Returns the environment's hosts that the command line names (all by default), for commands that only read. */
export async function loadHosts(
  invocation: Invocation,
): Promise<{ root: string; environment: Environment; hosts: readonly HostConfig[] }> {
  const root = projectRoot();
  const environment = await loadEnvironment(invocation.environment, root);
  return { root, environment, hosts: selectHosts(environment, invocation.rest) };
}

/** Reads the environment and begins to build its workers, which takes about as long as to connect to a host. */
export async function openSession(invocation: Invocation): Promise<Session> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const prepared = prepare(environment, root);
  const targets = hosts.map((config) => ({ config, topics: prepared.then(({ wantedOn }) => wantedOn(config)) }));
  // They are awaited later, or never if no host can be reached.
  for (const { topics } of targets) topics.catch(() => undefined);
  return { root, environment, targets };
}

/**
 * Does something on all hosts in parallel, and waits for all of them. Throws InputError as soon as a worker does not
 * build, because that is no host's failure.
 */
export async function onEachTarget<T>({ targets }: Session, work: (target: Target) => Promise<T>): Promise<T[]> {
  const [outcomes] = await Promise.all([Promise.all(targets.map(work)), ...targets.map(({ topics }) => topics)]);
  return outcomes;
}

/** A connection that Ctrl-C ends. */
export const connectTo = (config: HostConfig, root: string): Promise<Host> =>
  connectHost(config, root, { interrupt: interruption });

/** What `apply` needs for one host. Ctrl-C learns the step that is running. */
export function applyContext(
  host: Host,
  config: HostConfig,
  { root, openBlob }: Pick<Session, 'root' | 'openBlob'>,
  emit: (event: ApplyEvent) => void,
): ApplyContext {
  const follow = (event: ApplyEvent): void => {
    if (event.kind === 'step started') interruption.at(event.host, event.title);
    if (event.kind === 'step finished') interruption.at(event.host, null);
    emit(event);
  };
  const context = contextOf(host, { reconnect: () => connectTo(config, root), root, emit: follow });
  return openBlob === undefined ? context : { ...context, openBlob };
}

/** Who runs this, for locks and logs. */
export const operator = (): string => userInfo().username;
