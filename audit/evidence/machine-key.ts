import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HostError } from '../../lib/errors.ts';
import { withLock } from '../../lib/machine-lock.ts';
import type { Text } from '../../lib/text.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { sshKeygen } from './ssh-keygen.ts';

/**
 * True if a key of this machine signs: only for audits of the lab, for which no person is accountable. An environment
 * with a host outside the lab, or one that names a key or signers, gets no such key: there, a person signs.
 */
export const signsByItself = ({ hosts, audit }: Environment): boolean =>
  audit.signingKey === undefined && audit.signers.length === 0 && hosts.every(({ lab }) => lab !== undefined);

/** What a signature with this key is worth. */
export const machineKeyWorth: Text = {
  nb: 'Nøkkelen er denne maskinens egen. Den viser at beviset ikke er endret siden, ikke hvem som laget det. I produksjon skal noen svare for det: oppgi audit.signingKey og audit.signers.',
  en: 'The key belongs to this machine. It proves that the evidence has not changed since, not who made it. In production, somebody must vouch for it: set audit.signingKey and audit.signers.',
};

const folderOf = (root: string): string => join(root, '.jernverk', 'keys');
const fileOf = (root: string): string => join(folderOf(root), 'audit-signing');

/**
 * Returns the path of the private key. The first call makes it, with mode 0600. Null if this machine has no ssh-keygen.
 * Throws HostError if ssh-keygen cannot make a key.
 */
export const machineKey = (root: string): Promise<string | null> =>
  withLock(`${root}-audit-key`, async () => {
    const file = fileOf(root);
    if ((await machinePublicKey(root)) !== null) return file;
    await mkdir(folderOf(root), { recursive: true, mode: 0o700 });
    const work = await mkdtemp(join(folderOf(root), 'new-'));
    try {
      const made = join(work, 'key');
      const result = await sshKeygen(
        ['-q', '-t', 'ed25519', '-N', '', '-C', `jernverk audit on ${hostname()}`, '-f', made],
        '',
      );
      if (result === null) return null;
      if (result.status !== 0)
        throw new HostError('SIGNING_KEY', `ssh-keygen cannot make a key in ${work}: ${result.stderr.trim()}`);
      // The public half comes last: if it exists, both do.
      await rename(made, file);
      await rename(`${made}.pub`, `${file}.pub`);
      return file;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });

/** Returns the public half. Null if no key was made here. */
export const machinePublicKey = (root: string): Promise<string | null> =>
  readFile(`${fileOf(root)}.pub`, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
