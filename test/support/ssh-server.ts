import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  type AddressInfo,
  connect as connectSocket,
  createServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ServerChannel, type Server as SshServer } from 'ssh2';
import type { Connection } from '../../provision/ssh/connection.ts';

/** How a command ended: its exit code, or a signal's name such as `TERM`. */
export type Exit = number | string;

/** What the host does with one command, until it exits. By default it runs the command with the local `sh`. */
export type Exec = (command: string, channel: ServerChannel) => Promise<Exit>;

export interface ServerOptions {
  readonly exec?: Exec;
  readonly shell?: LoginShell;
  /** Opens sessions, but never answers the requests in them. */
  readonly deaf?: boolean;
  /** Sessions at once. More are refused, as OpenSSH does beyond MaxSessions. */
  readonly maxSessions?: number;
  readonly user?: string;
  /** A folder whose programs come first, for a test's own `sudo`. */
  readonly path?: string;
  /** Private keys in PEM. One fresh ed25519 key by default. */
  readonly hostKeys?: readonly string[];
}

/** A real SSH server inside the test. It listens on loopback and lets one key in. */
export interface TestServer extends AsyncDisposable {
  readonly connection: Connection & { readonly identity: string; readonly hostKey: string };
  /** How often a client tried to log in, by any method. */
  readonly logins: () => number;
  /** The most sessions that were open at once. */
  readonly mostSessions: () => number;
  /** How many sessions were refused. */
  readonly refusals: () => number;
  /** How many times data arrived from a client. */
  readonly packets: () => number;
  /** Cuts the line: the client sees the connection close. */
  drop(): void;
  /** Takes everything and answers nothing, like a host whose network went away. */
  freeze(): void;
}

interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/**
 * About 2 in 1,000 of the ed25519 keys that ssh2 1.17 makes are ones that it cannot read itself. Such a key is
 * discarded.
 */
export function newKey(): KeyPair {
  const key = ssh2.utils.generateKeyPairSync('ed25519');
  return ssh2.utils.parseKey(key.private) instanceof Error ? newKey() : key;
}

/** An RSA key in the form that ssh2 reads. */
export const newRsaKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'jernverk-ssh-'));
  const userKey = newKey();
  const identity = join(folder, 'key');
  await writeFile(identity, userKey.private, { mode: 0o600 });
  const hostKeys = options.hostKeys ?? [newKey().private];
  const counts = { logins: 0, sessions: 0, most: 0, refusals: 0 };
  const server = serve(options, hostKeys, userKey, counts);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line = await relay(portOf(server.address()));
  return {
    connection: {
      name: 'forge',
      address: '127.0.0.1',
      port: line.port,
      user: options.user ?? 'root',
      identity,
      hostKey: publicKey(hostKeys[0] ?? ''),
    },
    logins: () => counts.logins,
    mostSessions: () => counts.most,
    refusals: () => counts.refusals,
    packets: () => line.packets(),
    drop: () => line.drop(),
    freeze: () => line.freeze(),
    async [Symbol.asyncDispose]() {
      line.drop();
      await line.close();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** Returns `ssh-ed25519 AAAA…` for a private key. */
export function publicKey(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}

interface Counts {
  logins: number;
  sessions: number;
  most: number;
  refusals: number;
}

function serve(options: ServerOptions, hostKeys: readonly string[], userKey: KeyPair, counts: Counts): SshServer {
  const exec = options.exec ?? runLocally(options.path, options.shell);
  const allowed = ssh2.utils.parseKey(userKey.public);
  if (allowed instanceof Error) throw allowed;
  return new ssh2.Server({ hostKeys: [...hostKeys] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (attempt) => {
      counts.logins += 1;
      const known = attempt.method === 'publickey' && attempt.key.data.equals(allowed.getPublicSSH());
      if (known) attempt.accept();
      else attempt.reject(['publickey']);
    });
    client.on('session', (accept, reject) => {
      if (counts.sessions >= (options.maxSessions ?? 10)) {
        counts.refusals += 1;
        reject();
        return;
      }
      counts.sessions += 1;
      counts.most = Math.max(counts.most, counts.sessions);
      const session = accept();
      session.on('exec', async (acceptExec, _, { command }) => {
        if (options.deaf) return;
        const channel = acceptExec();
        const exit = await exec(command, channel);
        counts.sessions -= 1;
        if (typeof exit === 'number') channel.exit(exit);
        else channel.exit(exit, false, '');
        channel.end(() => channel.close());
      });
    });
  });
}

/** The log-in shell of the host's user, and what its environment contains from the start. `sh` by default. */
export interface LoginShell {
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Says what a host says when it has read our whole script, for an `Exec` that runs no shell. */
export function begin(command: string, channel: ServerChannel): void {
  const boundary = /jernverk-[0-9a-f]{32}/.exec(command)?.[0] ?? '';
  channel.stderr.write(`${boundary} 1\n`);
  channel.write(`${boundary}\n`);
}

/** As sshd does it: a shell in a session of its own, which gives it a process group of its own. */
export function runLocally(path?: string, shell: LoginShell = { program: 'sh' }): Exec {
  return async (command, channel) => {
    const PATH = path === undefined ? process.env.PATH : `${path}:${process.env.PATH}`;
    // bash reads ~/.bashrc in a shell that is not interactive if it believes that sshd runs it.
    const env = { PATH, SSH_CLIENT: '127.0.0.1 1 22', ...shell.environment };
    const child = spawn(shell.program, ['-c', command], { detached: true, env });
    channel.pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    await once(child, 'close');
    return child.exitCode ?? (child.signalCode ?? 'SIGKILL').slice('SIG'.length);
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

interface Line {
  readonly port: number;
  packets(): number;
  drop(): void;
  freeze(): void;
  close(): Promise<void>;
}

/** A relay between client and server: the cable that a test can cut. */
async function relay(target: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let frozen = false;
  let packets = 0;
  const server: NetServer = createServer((near) => {
    if (frozen) {
      sockets.add(near.resume());
      return;
    }
    const far = connectSocket(target, '127.0.0.1');
    near.on('data', () => {
      packets += 1;
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  return {
    port,
    packets: () => packets,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      frozen = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
