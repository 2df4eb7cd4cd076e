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
  readonly topics: readonly TopicWanted[];
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

/** Reads the environment, builds the workers, and returns what is wanted on each of the named hosts. */
export async function openSession(invocation: Invocation): Promise<Session> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const { wantedOn } = await prepare(environment, root);
  return { root, environment, targets: hosts.map((host) => ({ config: host, topics: wantedOn(host) })) };
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
