import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Audit } from '../../../audit/audit.ts';
import { allowedSigners } from '../../../audit/evidence/signers.ts';
import { type Verification, verifyBundle } from '../../../audit/evidence/verify.ts';
import { sha256 } from '../../../lib/sha256.ts';
import { finding } from './support/example.ts';
import { type Key, makeKey, sharedFolder, temporaryFolder } from './support/folders.ts';
import { changed, signedBundle } from './support/signed.ts';

const shared = sharedFolder();
let key: Key;
let signers: string;
beforeAll(async () => {
  key = await makeKey(shared.path, 'key');
  signers = allowedSigners([key.publicKey]);
});
const bundle = (bundles: string, different: Partial<Audit>, by = key): Promise<string> =>
  signedBundle(bundles, different, by);
const verify = (folder: string): Promise<Verification> => verifyBundle(folder, { signers });

describe('the chain', () => {
  const days = ['2026-11-21T12:00:00Z', '2026-11-22T12:00:00Z', '2026-11-23T12:00:00Z'] as const;

  /** Three bundles, each of which follows on the one before it. */
  async function chain(): Promise<readonly [string, string, string]> {
    const folder = await temporaryFolder();
    const first = await bundle(folder, { at: days[0] });
    const second = await bundle(folder, { at: days[1], previous: await nameOf(first, days[0]) });
    return [first, second, await bundle(folder, { at: days[2], previous: await nameOf(second, days[1]) })];
  }

  const nameOf = async (folder: string, at: string) => ({
    sha256: sha256(await readFile(join(folder, 'statement.json'))),
    at,
  });

  it('holds from one bundle to the next', async () => {
    const [first, second, third] = await chain();
    expect(await verify(first)).toMatchObject({ state: 'intact', chain: 'first' });
    expect(await verify(second)).toMatchObject({ state: 'intact', chain: 'follows' });
    expect(await verifyBundle(third, { signers, previous: second })).toMatchObject({
      state: 'intact',
      chain: 'follows',
    });
  });

  it('is not claimed to hold where the bundle before is not there', async () => {
    const [first, second, third] = await chain();
    await rm(second, { recursive: true });
    expect(await verify(third)).toMatchObject({ state: 'intact', chain: 'not seen' });
    expect(await verifyBundle(third, { signers, previous: first })).toMatchObject(
      changed(`${days[0].replaceAll(':', '')}/statement.json`),
    );
  });

  it('breaks where the bundle before was replaced, signed by the same key', async () => {
    const [, second, third] = await chain();
    await rm(second, { recursive: true });
    await bundle(join(second, '..'), { at: days[1], findings: [finding()] });
    const broken = changed(`${days[1].replaceAll(':', '')}/statement.json`);
    expect(await verify(third)).toMatchObject(broken);
    expect(await verifyBundle(third, { signers, previous: second })).toMatchObject(broken);
  });

  it('breaks where a bundle was put in between, or before the first', async () => {
    const [first, , third] = await chain();
    await bundle(join(third, '..'), { at: '2026-11-22T18:00:00Z' });
    expect(await verify(third)).toMatchObject(changed('2026-11-22T180000Z/statement.json'));
    await bundle(join(third, '..'), { at: '2026-11-01T12:00:00Z' });
    expect(await verify(first)).toMatchObject(changed('2026-11-01T120000Z/statement.json'));
  });

  it('of another environment beside it says nothing', async () => {
    const [, , third] = await chain();
    await bundle(join(third, '..'), { at: '2026-11-22T18:00:00Z', environment: 'local' });
    expect(await verify(third)).toMatchObject({ state: 'intact', chain: 'follows' });
  });

  it('cannot be told where what lies beside it is damaged, unless the right one is there', async () => {
    const [, second, third] = await chain();
    await mkdir(join(third, '../damaged'));
    await writeFile(join(third, '../damaged/statement.json'), '{');
    expect(await verify(third)).toMatchObject({ state: 'intact', chain: 'follows' });
    await rm(second, { recursive: true });
    await expect(verify(third)).rejects.toThrow(/damaged\/statement.json is not the statement of a bundle/);
  });
});
