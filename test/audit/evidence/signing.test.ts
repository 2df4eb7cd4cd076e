import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEvidence, signingFor, writtenLines } from '../../../audit/evidence/signing.ts';
import { declared } from './support/example.ts';

describe('the key that signs', () => {
  it.each([
    ['~/.ssh/audit', undefined, join(homedir(), '.ssh/audit')],
    ['keys/audit', undefined, '/project/keys/audit'],
    ['/keys/audit', undefined, '/keys/audit'],
    ['/keys/audit', '/other', '/other'],
    [undefined, '/other', '/other'],
    [undefined, undefined, null],
  ])('of %s in the environment and %s on the command line is %s', (signingKey, named, key) => {
    const given = signingKey === undefined ? declared : { ...declared, signingKey };
    expect(signingFor(given, '/project', named)).toEqual({ key, signers: [] });
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
      ({ ...written, signature: { state: 'signed', key: 'SHA256:x', pinned } }) as const;
    expect(writtenLines(signed(false), null, 'en').at(-1)).toContain('THE KEY IS NOT KNOWN');
    expect(isEvidence(signed(false))).toBe(false);
    const before = { folder: '/evidence/0', sha256: 'cd', at: '2026-11-22T12:00:00Z' };
    expect(writtenLines(signed(true), before, 'en')).toEqual([
      'The evidence is in /evidence/1',
      '  statement.json sha256 ab',
      '  follows on /evidence/0',
      '  signed by SHA256:x',
    ]);
    expect(isEvidence(signed(true))).toBe(true);
  });
});
