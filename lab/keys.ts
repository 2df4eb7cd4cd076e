import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** Paths of the key pairs of one host. */
export interface HostKeys {
  /** Private key that root and admin accept. */
  readonly identity: string;
  /** Private key of the host itself. */
  readonly hostKey: string;
}

async function generate(path: string, comment: string): Promise<string> {
  if (!existsSync(path)) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path]);
  return path;
}

export async function ensureKeys(folder: string, name: string): Promise<HostKeys> {
  return {
    identity: await generate(join(folder, 'identity'), `jernverk lab ${name}`),
    hostKey: await generate(join(folder, 'host_key'), name),
  };
}

/** Returns the public half as `ssh-ed25519 AAAA…`, without the comment. */
export async function publicKey(path: string): Promise<string> {
  const text = await readFile(`${path}.pub`, 'utf8');
  return text.trim().split(' ').slice(0, 2).join(' ');
}
