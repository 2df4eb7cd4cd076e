import { InputError } from '../../lib/errors.ts';
import { openBlob } from '../../platform/build/blobs.ts';
import type { ApplyEvent } from '../engine/events.ts';
import type { ApplyContext } from '../engine/take-steps.ts';
import type { Environment, HostConfig, WorkerConfig } from '../environment/schema.ts';
import { type Connection, expandPath, resolveConnection } from '../ssh/connection.ts';
import type { ConnectOptions, Host } from '../ssh/host.ts';

/**
 * Returns the named hosts of an environment, or all of them if none is named. Throws InputError if it has no such host.
 */
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

/** Returns the host that takes jobs. Throws InputError if none of them does. */
export function brokerHost(hosts: readonly HostConfig[]): HostConfig {
  const host = hosts.find((candidate) => candidate.roles.includes('broker'));
  if (host !== undefined) return host;
  throw new InputError('NO_BROKER', 'no host of this environment has the role broker');
}

/** Returns the worker of this name. Throws InputError if the environment has no such worker. */
export function requireWorker(environment: Environment, name: string): WorkerConfig {
  const worker = environment.workers.find((candidate) => candidate.name === name);
  if (worker !== undefined) return worker;
  throw new InputError('UNKNOWN_WORKER', `the environment ${environment.name} has no worker named ${name}`, {
    hint: `its workers are ${environment.workers.map((candidate) => candidate.name).join(', ') || '(none)'}`,
  });
}

export async function connectHost(config: HostConfig, root: string, options: ConnectOptions = {}): Promise<Host> {
  return connect(await resolveConnection(config, root), options);
}

/** Loads the SSH client when it is needed. That takes 50 ms, in which the workers are being built. */
async function connect(connection: Connection, options: ConnectOptions): Promise<Host> {
  const { connect: logIn } = await import('../ssh/connect.ts');
  return logIn(connection, options);
}

/** Connects as `audit.login` says, if it is set. Then only single commands can run as root. */
export async function connectForAudit(
  { audit }: Environment,
  config: HostConfig,
  root: string,
  options: ConnectOptions = {},
): Promise<Host> {
  const { login } = audit;
  if (login === undefined) return connectHost(config, root, options);
  const connection = await resolveConnection(config, root);
  const identity = login.identity === undefined ? connection.identity : expandPath(login.identity, root);
  return connect(
    { ...connection, user: login.user, ...(identity !== undefined && { identity }) },
    { ...options, runAs: 'log-in' },
  );
}

/** What the engine needs for one host. Its blobs are those of the project `root`. */
export function contextOf(
  host: Host,
  { reconnect, root, emit }: { reconnect: () => Promise<Host>; root: string; emit: (event: ApplyEvent) => void },
): ApplyContext {
  return { host, reconnect, openBlob: (digest) => openBlob(root, digest), emit };
}
