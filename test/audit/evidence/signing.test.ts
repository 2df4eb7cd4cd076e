import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machinePublicKey } from '../../../audit/evidence/machine-key.ts';
import { isEvidence, signingFor, writtenLines } from '../../../audit/evidence/signing.ts';
import { environmentSchema } from '../../../provision/environment/schema.ts';
import { temporaryFolder } from './support/folders.ts';

describe('the key that signs', () => {
  const onServer = { hosts: [{ name: 'forge', roles: ['broker'], ssh: { address: '192.0.2.7', user: 'root' } }] };
  const inLab = { hosts: [{ name: 'forge', roles: ['broker'], lab: {} }] };
  const environment = (hosts: object, audit: object = {}) =>
    environmentSchema.parse({ name: 'test', ...hosts, workers: [], audit });

  it.each([
    ['~/.ssh/audit', undefined, join(homedir(), '.ssh/audit')],
    ['keys/audit', undefined, '/project/keys/audit'],
    ['/keys/audit', undefined, '/keys/audit'],
    ['/keys/audit', '/other', '/other'],
    [undefined, '/other', '/other'],
    [undefined, undefined, null],
  ])('of %s in the environment and %s on the command line is %s', async (signingKey, named, key) => {
    for (const hosts of signingKey === undefined && named === undefined ? [onServer] : [onServer, inLab])
      expect(await signingFor(environment(hosts, { signingKey }), '/project', named)).toEqual({
        ...{ key, signers: [], ofMachine: false },
      });
  });

  it('is made for the lab at its first audit, for nobody else to read, and stays the same', async () => {
    const root = await temporaryFolder();
    const [first, second] = await Promise.all([1, 2].map(() => signingFor(environment(inLab), root)));
    expect(first).toEqual({ key: join(root, '.jernverk/keys/audit-signing'), signers: [], ofMachine: true });
    expect(second).toEqual(first);
    expect((await stat(first?.key ?? '')).mode & 0o777).toBe(0o600);
    expect(await machinePublicKey(root)).toMatch(/^ssh-ed25519 \S+ jernverk audit on /);
    const key = await readFile(first?.key ?? '', 'utf8');
    await signingFor(environment(inLab), root);
    expect(await readFile(first?.key ?? '', 'utf8')).toBe(key);
    expect(await readdir(join(root, '.jernverk/keys'))).toEqual(['audit-signing', 'audit-signing.pub']);
  });

  it('is never this machine’s own where somebody must answer for it', async () => {
    const root = await temporaryFolder();
    const mixed = { hosts: [...onServer.hosts, { name: 'anvil', roles: ['worker'], lab: {} }] };
    const pinned = { signers: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE'] };
    for (const given of [environment(onServer), environment(mixed), environment(inLab, pinned)])
      expect(await signingFor(given, root)).toMatchObject({ key: null, ofMachine: false });
    expect(await readdir(root)).toEqual([]);
  });
});

describe('what is said of a bundle that was written', () => {
  const written = { folder: '/evidence/1', sha256: 'ab' };

  it('begins with that nobody signed it', () => {
    const unsigned = {
      ...written,
      signature: { state: 'unsigned', reason: { nb: 'ingen nøkkel', en: 'no key' } },
    } as const;
    expect(writtenLines(unsigned, null, 'nb')[0]).toBe('IKKE SIGNERT: ingen nøkkel');
    expect(writtenLines(unsigned, null, 'en')[0]).toBe('NOT SIGNED: no key');
    expect(isEvidence(unsigned)).toBe(false);
  });

  it('warns of a key that the environment does not pin', () => {
    const signed = (pinned: boolean) =>
      ({ ...written, signature: { state: 'signed', key: 'SHA256:x', pinned, ofMachine: false } }) as const;
    expect(writtenLines(signed(false), null, 'en').at(-1)).toContain('THE KEY IS NOT KNOWN');
    expect(isEvidence(signed(false))).toBe(false);
    const before = { folder: '/evidence/0', sha256: 'cd', at: '2026-11-22T12:00:00Z' };
    expect(writtenLines(signed(true), before, 'en')).toEqual([
      'The evidence is in /evidence/1',
      '  statement.json sha256 ab',
      '  follows /evidence/0',
      '  signed by SHA256:x',
    ]);
    expect(isEvidence(signed(true))).toBe(true);
  });

  it('tells what the key of this machine is worth, and takes it for what the lab needs', () => {
    const signature = { state: 'signed', key: 'SHA256:x', pinned: false, ofMachine: true } as const;
    const lines = writtenLines({ ...written, signature }, null, 'en');
    expect(lines.at(-1)).toMatch(/proves that the evidence has not changed since, not who made it.*audit\.signers/);
    expect(lines.join()).not.toContain('NOT KNOWN');
    expect(isEvidence({ ...written, signature })).toBe(true);
  });
});
