import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Audit } from '../../../../audit/audit.ts';
import { writeBundle } from '../../../../audit/evidence/bundle.ts';
import { canonicalJson } from '../../../../audit/evidence/canonical-json.ts';
import { sha256 } from '../../../../lib/sha256.ts';
import { audit, contents } from './example.ts';
import type { Key } from './folders.ts';

/** A signed bundle in a folder of bundles. */
export async function signedBundle(bundles: string, different: Partial<Audit>, by: Key): Promise<string> {
  const given = { ...audit, ...different };
  const folder = join(bundles, given.at.replaceAll(':', ''));
  await writeBundle({ ...contents, audit: given }, folder, { key: by.path, signers: [by.publicKey] });
  return folder;
}

/** Signs again as whoever holds this key would, by hand. */
export async function signAgain(folder: string, by: Key, namespace = 'jernverk-evidence'): Promise<void> {
  const statement = join(folder, 'statement.json');
  await rm(`${statement}.sig`, { force: true });
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', by.path, statement], { stdio: 'pipe' });
}

/** Makes the statement fit a file that was changed, as one who covers his tracks would. */
export async function fitStatement(folder: string, ...names: readonly string[]): Promise<void> {
  const file = join(folder, 'statement.json');
  const statement = JSON.parse(await readFile(file, 'utf8'));
  for (const name of names) {
    const digest = { sha256: sha256(await readFile(join(folder, name))) };
    statement.subject.find((subject: { name: string }) => subject.name === name).digest = digest;
  }
  await writeFile(file, canonicalJson(statement));
}

export async function edit(folder: string, name: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(folder, name), 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(join(folder, name), changed);
}

export const changed = (file: string, found: unknown = expect.anything()) => ({
  state: 'changed',
  problem: { file, expected: expect.anything(), found },
});
