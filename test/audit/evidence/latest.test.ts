import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeBundle } from '../../../audit/evidence/bundle.ts';
import { readLatest, recordLatest } from '../../../audit/evidence/latest.ts';
import { sha256 } from '../../../lib/sha256.ts';
import { audit, contents } from './support/example.ts';
import { temporaryFolder } from './support/folders.ts';

async function bundle(folder: string, at: string, environment = 'production'): Promise<void> {
  await writeBundle({ ...contents, audit: { ...audit, at, environment } }, folder, { key: null, signers: [] });
}

describe('readLatest', () => {
  it('finds none where there is no folder, or nothing in it', async () => {
    const folder = await temporaryFolder();
    expect(await readLatest(join(folder, 'no'), 'production')).toBeNull();
    expect(await readLatest(folder, 'production')).toBeNull();
  });

  it('finds the newest by its statement, not by its name, of its own environment', async () => {
    const folder = await temporaryFolder();
    await bundle(join(folder, 'z'), '2026-11-21T12:00:00Z');
    await bundle(join(folder, 'a'), '2026-11-22T12:00:00Z');
    await bundle(join(folder, 'b'), '2026-11-23T12:00:00Z', 'local');
    expect(await readLatest(folder, 'production')).toMatchObject({
      folder: join(folder, 'a'),
      at: '2026-11-22T12:00:00Z',
      sha256: sha256(await readFile(join(folder, 'a/statement.json'))),
    });
  });

  it('passes over an audit that was cut short', async () => {
    const folder = await temporaryFolder();
    await bundle(join(folder, 'a'), '2026-11-21T12:00:00Z');
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'b/findings.json'), '{}');
    expect(await readLatest(folder, 'production')).toMatchObject({ folder: join(folder, 'a') });
  });

  it('does not guess where a statement cannot be read', async () => {
    const folder = await temporaryFolder();
    await bundle(join(folder, 'a'), '2026-11-21T12:00:00Z');
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'b/statement.json'), 'x');
    await expect(readLatest(folder, 'production')).rejects.toThrow(/b\/statement.json is not the statement/);
  });

  it('finds the one on record, which was written elsewhere, where it is the newest', async () => {
    const [bundles, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await bundle(join(bundles, 'a'), '2026-11-21T12:00:00Z');
    const away = { folder: join(elsewhere, 'out'), sha256: 'ab'.repeat(32), at: '2026-11-22T12:00:00Z' };
    await recordLatest(bundles, away);
    expect(await readLatest(bundles, 'production')).toEqual(away);
    await bundle(join(bundles, 'c'), '2026-11-23T12:00:00Z');
    expect(await readLatest(bundles, 'production')).toMatchObject({ folder: join(bundles, 'c') });
  });

  it('finds the one on record where no bundle was ever written here', async () => {
    const folder = join(await temporaryFolder(), 'not there yet');
    const away = { folder: '/elsewhere', sha256: 'ab'.repeat(32), at: '2026-11-22T12:00:00Z' };
    await recordLatest(folder, away);
    expect(await readLatest(folder, 'production')).toEqual(away);
  });

  it('does not guess where the record cannot be read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'latest.json'), '{}');
    await expect(readLatest(folder, 'production')).rejects.toMatchObject({ code: 'BUNDLE_BROKEN' });
  });
});
