import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A folder of its own, gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Key {
  /** Path of the private key. */
  readonly path: string;
  readonly publicKey: string;
}

/** A new key by the real ssh-keygen. */
export async function makeKey(folder: string, name: string, passphrase = ''): Promise<Key> {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'æ auditor', '-f', path]);
  return { path, publicKey: (await readFile(`${path}.pub`, 'utf8')).trim() };
}

/** A folder for all tests of a file. */
export function sharedFolder(): { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'evidence-'));
  afterAll(() => rm(path, { recursive: true, force: true }));
  return { path };
}
