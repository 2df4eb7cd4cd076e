import { readFile } from 'node:fs/promises';
import { type Config, NodeSSH } from 'node-ssh';
import type { Client } from 'ssh2';
import { HostError, InputError } from '../../lib/errors.ts';
import type { Connection } from './connection.ts';
import { asHostError, keyMismatch } from './failures.ts';
import type { ConnectOptions, Host, Interrupt } from './host.ts';
import { type HostKey, hostKeyFromBlob, parseHostKey, signatureAlgorithms } from './key.ts';
import { SshHost } from './session.ts';

const keepalivesUnanswered = 3;

/**
 * Connects and logs in. The host's key must be the pinned one. If it is not, nothing is sent to the host, not even a
 * user name.
 *
 * Throws InputError HOST_KEY_MISSING or HOST_IDENTITY, or HostError HOST_KEY_MISMATCH, HOST_UNREACHABLE, HOST_LOGIN,
 * HOST_NO_SUDO or HOST_LOGIN_SHELL.
 */
export async function connect(connection: Connection, options: ConnectOptions = {}): Promise<Host> {
  const pinned = pinnedKey(connection);
  let offered: HostKey | undefined;
  const client = await dial(
    {
      ...(await credentials(connection)),
      host: connection.address,
      port: connection.port,
      username: connection.user,
      readyTimeout: options.readyTimeoutMs ?? 20_000,
      keepaliveInterval: options.keepaliveMs ?? 10_000,
      keepaliveCountMax: keepalivesUnanswered,
      algorithms: { serverHostKey: keyOrder(pinned) },
      hostVerifier: (blob: Buffer) => {
        offered = hostKeyFromBlob(blob);
        return offered.blob.equals(pinned.blob);
      },
    },
    (error) =>
      offered && !offered.blob.equals(pinned.blob)
        ? keyMismatch(connection, pinned, offered)
        : asHostError(connection, error),
    options.interrupt,
  );
  const sudo = connection.user !== 'root' && options.runAs !== 'log-in';
  const host = new SshHost(connection, client, sudo, options);
  if (sudo) await host.requireSudo();
  return host;
}

/** Asks a host for its key and disconnects before any login. For `jernverk trust`. */
export async function readHostKey(
  connection: Omit<Connection, 'hostKey'>,
  { readyTimeoutMs = 20_000, interrupt }: ConnectOptions = {},
): Promise<HostKey> {
  let offered: HostKey | undefined;
  const settings: Config = {
    host: connection.address,
    port: connection.port,
    username: 'none',
    readyTimeout: readyTimeoutMs,
    algorithms: { serverHostKey: keyOrder(undefined) },
    hostVerifier: (blob: Buffer) => {
      offered = hostKeyFromBlob(blob);
      return false;
    },
  };
  const client = await dial(settings, (error) => asHostError(connection, error), interrupt).catch((error: unknown) => {
    if (!offered) throw error;
  });
  client?.end();
  if (!offered) throw new HostError('HOST_UNREACHABLE', `${connection.name} sent no host key`);
  return offered;
}

type HostKeyAlgorithm = NonNullable<NonNullable<Config['algorithms']>['serverHostKey']>;

/** A host may have several keys. It shows the one whose algorithm the client names first. */
function keyOrder(pinned: HostKey | undefined): Extract<HostKeyAlgorithm, readonly unknown[]> {
  const all = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ] as const;
  const first = pinned ? signatureAlgorithms(pinned.type) : [];
  return [...all.filter((name) => first.includes(name)), ...all.filter((name) => !first.includes(name))];
}

function pinnedKey({ name, hostKey }: Connection): HostKey {
  const key = hostKey === undefined ? undefined : parseHostKey(hostKey);
  if (key) return key;
  throw new InputError(
    'HOST_KEY_MISSING',
    hostKey ? `the pinned host key of ${name} is not a public key` : `no host key is pinned for ${name}`,
    {
      hint: `look at it and pin it with: ./jernverk trust ${name}`,
    },
  );
}

async function credentials({ name, identity }: Connection): Promise<Pick<Config, 'privateKey' | 'agent'>> {
  if (identity !== undefined) {
    try {
      return { privateKey: await readFile(identity, 'utf8') };
    } catch (cause) {
      throw new InputError('HOST_IDENTITY', `cannot read the private key ${identity} for ${name}`, {
        hint: 'name a readable key file in ssh.identity, or leave it out to use the SSH agent',
        cause,
      });
    }
  }
  const agent = process.env.SSH_AUTH_SOCK;
  if (agent) return { agent };
  throw new InputError('HOST_IDENTITY', `no private key for ${name}: ssh.identity is not set and no SSH agent runs`, {
    hint: 'set ssh.identity, or start an agent with ssh-add (SSH_AUTH_SOCK)',
  });
}

async function dial(
  settings: Config,
  explain: (error: unknown) => Error,
  interrupt: Interrupt | undefined,
): Promise<Client> {
  const ssh = new NodeSSH();
  const dialling = ssh.connect(settings);
  // node-ssh removes its own error listener as soon as it is connected. An error without a listener ends the program.
  const client = ssh.connection;
  client?.on('error', () => undefined);
  // Otherwise small packets wait for the reply to the one before. That costs 40 ms per exchange, and three times that
  // for the handshake.
  client?.setNoDelay(true);
  const over = new AbortController();
  try {
    await Promise.race([dialling, ...(interrupt ? [untilAborted(interrupt.signal, over.signal)] : [])]);
  } catch (error) {
    client?.destroy();
    throw explain(error);
  } finally {
    over.abort();
  }
  if (!client) throw explain(new Error('the connection closed'));
  return client;
}

/** All connections of a run share the signal, so the listener is removed when connecting is over. */
const untilAborted = (signal: AbortSignal, over: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over });
  });
