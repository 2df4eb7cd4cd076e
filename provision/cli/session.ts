import { userInfo } from 'node:os';
import type { ApplyEvent } from '../apply/events.ts';
import type { ApplyContext } from '../apply/steps.ts';
import type { OpenBlob } from '../apply/upload.ts';
import { expandPath, resolveConnection } from '../connection.ts';
import { prepareNetworks } from '../egress/networks.ts';
import type { Environment, HostConfig, WorkerConfig } from '../environment.ts';
import { InputError } from '../errors.ts';
import type { TopicWanted } from '../gather.ts';
import { connect, type Host } from '../host.ts';
import { loadEnvironment } from '../load.ts';
import { openBlob } from '../release/blobs.ts';
import { buildRelease } from '../release/build.ts';
import { wantedFor } from '../topics.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { projectRoot } from './root.ts';

/** One host with all that is wanted of it. */
export interface Target {
  readonly config: HostConfig;
  readonly topics: readonly TopicWanted[];
}

export interface Session {
  readonly root: string;
  readonly environment: Environment;
  readonly targets: readonly Target[];
  /** What to send in place of the blobs of this project. */
  readonly openBlob?: OpenBlob;
}

/** The environment's hosts that the command line names (all by default), for commands that only look. */
export async function loadHosts(
  invocation: Invocation,
): Promise<{ root: string; environment: Environment; hosts: readonly HostConfig[] }> {
  const root = projectRoot();
  const environment = await loadEnvironment(invocation.environment, root);
  return { root, environment, hosts: selectHosts(environment, invocation.rest) };
}

/** Reads the environment, builds the workers, and says what is wanted of each of the named hosts. */
export async function openSession(invocation: Invocation): Promise<Session> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const release = await buildRelease(
    environment.workers.map((worker) => worker.name),
    root,
  );
  const networks = await prepareNetworks(environment, root, new Date());
  return {
    root,
    environment,
    targets: hosts.map((host) => ({ config: host, topics: wantedFor({ environment, host, release, networks }) })),
  };
}

export function selectHosts(environment: Environment, names: readonly string[]): readonly HostConfig[] {
  const known = environment.hosts.map((host) => host.name);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    throw new InputError(
      'UNKNOWN_HOST',
      `the environment ${environment.name} has no host named ${strange.join(', ')}`,
      { hint: `its hosts are ${known.join(', ')}` },
    );
  }
  return names.length === 0 ? environment.hosts : environment.hosts.filter((host) => names.includes(host.name));
}

/** The host that takes jobs. */
export function brokerHost(hosts: readonly HostConfig[]): HostConfig {
  const host = hosts.find((candidate) => candidate.roles.includes('broker'));
  if (host !== undefined) return host;
  throw new InputError('NO_BROKER', 'no host of this environment has the role broker');
}

/** The worker that the command line names. */
export function requireWorker(environment: Environment, name: string): WorkerConfig {
  const worker = environment.workers.find((candidate) => candidate.name === name);
  if (worker !== undefined) return worker;
  throw new InputError('UNKNOWN_WORKER', `the environment ${environment.name} has no worker named ${name}`, {
    hint: `its workers are ${environment.workers.map((candidate) => candidate.name).join(', ') || '(none)'}`,
  });
}

export async function connectTo(config: HostConfig, root: string): Promise<Host> {
  return connect(await resolveConnection(config, root), { interrupt: interruption });
}

/** As `audit.login` says: then nothing but single commands can run as root. */
export async function connectForAudit({ audit }: Environment, config: HostConfig, root: string): Promise<Host> {
  const { login } = audit;
  if (login === undefined) return connectTo(config, root);
  const connection = await resolveConnection(config, root);
  const identity = login.identity === undefined ? connection.identity : expandPath(login.identity, root);
  return connect(
    { ...connection, user: login.user, ...(identity !== undefined && { identity }) },
    { runAs: 'log-in', interrupt: interruption },
  );
}

export function applyContext(
  host: Host,
  config: HostConfig,
  { root, openBlob: open = (digest) => openBlob(root, digest) }: Pick<Session, 'root' | 'openBlob'>,
  emit: (event: ApplyEvent) => void,
): ApplyContext {
  const follow = (event: ApplyEvent): void => {
    if (event.kind === 'step started') interruption.at(event.host, event.title);
    if (event.kind === 'step finished') interruption.at(event.host, null);
    emit(event);
  };
  return { host, reconnect: () => connectTo(config, root), openBlob: open, emit: follow };
}

/** Who runs this, for locks and logs. */
export const operator = (): string => userInfo().username;
