import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HostKeys, publicKey } from './keys.ts';

/** The properties that turn a copied root into this host: name, identity, keys, network. */
export interface HostIdentity {
  readonly name: string;
  readonly keys: HostKeys;
  /** Text of `/etc/systemd/network/10-lab.network`. */
  readonly network: string;
  /** Text of `/etc/resolv.conf`. */
  readonly resolver: string;
  /** Text of `/etc/fstab`. A container has none. */
  readonly fstab?: string;
}

/** User id of admin in the image's /etc/passwd: the first id of ordinary users. */
const adminId = 1000;

/** Returns the name servers of this machine that a host can reach too, so not those on its loopback. */
export function resolverFor(machine: string): string {
  const kept = machine.split('\n').filter((line) => /^(nameserver (?!127\.|::1)|search |options )/.test(line));
  return `${kept.join('\n')}\n`;
}

/**
 * Returns the text of a host's /etc/resolv.conf. systemd-resolved puts its own loopback address into this machine's
 * /etc/resolv.conf and the real servers into a file of its own.
 */
export function machineResolver(): string {
  const own = '/run/systemd/resolve/resolv.conf';
  return resolverFor(readFileSync(existsSync(own) ? own : '/etc/resolv.conf', 'utf8'));
}

/**
 * Returns the text of a host's /etc/hosts. It includes those entries of this machine's file that are not about the
 * machine itself, so that names resolve in a host as they do here.
 */
export function hostsFor(name: string, machine: string): string {
  const foreign = machine
    .split('\n')
    .filter((line) => /^\s*[\da-f:.]+\s/i.test(line) && !/^\s*(127\.|::1|f[ef]\d\d::)/i.test(line));
  return ['127.0.0.1 localhost', `127.0.1.1 ${name}`, '::1 localhost', ...foreign, ''].join('\n');
}

async function authorize(root: string, home: string, key: string, owner: number): Promise<void> {
  const folder = join(root, home, '.ssh');
  const file = join(folder, 'authorized_keys');
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${key}\n`);
  await chmod(folder, 0o700);
  await chmod(file, 0o600);
  await chown(folder, owner, owner);
  await chown(file, owner, owner);
}

export async function writeHostIdentity(root: string, identity: HostIdentity): Promise<void> {
  const { name, keys, network, resolver } = identity;
  const write = (path: string, text: string): Promise<void> => writeFile(join(root, path), text);
  await write('etc/hostname', `${name}\n`);
  await write('etc/hosts', hostsFor(name, readFileSync('/etc/hosts', 'utf8')));
  await write('etc/machine-id', `${randomBytes(16).toString('hex')}\n`);
  await write('etc/resolv.conf', resolver);
  await write('etc/systemd/network/10-lab.network', network);
  await copyFile(keys.hostKey, join(root, 'etc/ssh/ssh_host_ed25519_key'));
  await chmod(join(root, 'etc/ssh/ssh_host_ed25519_key'), 0o600);
  await copyFile(`${keys.hostKey}.pub`, join(root, 'etc/ssh/ssh_host_ed25519_key.pub'));
  if (identity.fstab !== undefined) await write('etc/fstab', identity.fstab);
  const key = await publicKey(keys.identity);
  await authorize(root, 'root', key, 0);
  await authorize(root, 'home/admin', key, adminId);
}
