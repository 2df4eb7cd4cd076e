import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { InputError } from '../../lib/errors.ts';
import type { HostConfig } from '../environment/schema.ts';

/** The address of a host and how to log in. This is all that `connect` needs. */
export interface Connection {
  /** The host's name in the environment, for messages. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** root, or a user with passwordless sudo. For an audit also a user who may run its listed commands. */
  readonly user: string;
  /** Absolute path of the private key. If it is left out, the SSH agent is used. */
  readonly identity?: string;
  /** The pinned key, `ssh-ed25519 AAAA…`. */
  readonly hostKey?: string;
}

/** The file that the lab writes when one of its hosts is up. */
const labConnection = z.object({
  address: z.string(),
  port: z.int().min(1).max(65_535),
  user: z.string(),
  identity: z.string(),
  hostKey: z.string(),
});

/** Returns the path of the file with the connection to a lab host. */
export const labConnectionFile = (projectRoot: string, name: string): string =>
  join(projectRoot, '.jernverk', 'lab', name, 'connection.json');

/** Throws InputError LAB_NOT_UP if the lab has not made the host. */
export async function resolveConnection(host: HostConfig, projectRoot: string): Promise<Connection> {
  if (!host.ssh) return { name: host.name, ...(await readLabConnection(host.name, projectRoot)) };
  const { address, port, user, identity, hostKey } = host.ssh;
  return {
    name: host.name,
    address,
    port,
    user,
    ...(identity !== undefined && { identity: expandPath(identity, projectRoot) }),
    ...(hostKey !== undefined && { hostKey }),
  };
}

/** Returns an absolute path. `~/…` is in the home folder; everything else is relative to the project. */
export const expandPath = (path: string, projectRoot: string): string =>
  path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(projectRoot, path);

async function readLabConnection(name: string, projectRoot: string): Promise<z.output<typeof labConnection>> {
  const file = labConnectionFile(projectRoot, name);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InputError('LAB_NOT_UP', `the lab host ${name} is not up`, {
      hint: 'make it: ./jernverk lab up',
      cause,
    });
  });
  try {
    return labConnection.parse(JSON.parse(text));
  } catch (cause) {
    throw new InputError('LAB_BROKEN', `${file} does not say how to reach ${name}`, {
      hint: 'make the host again: ./jernverk lab down && ./jernverk lab up',
      cause,
    });
  }
}
