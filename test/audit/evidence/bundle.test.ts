import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFiles, writeBundle } from '../../../audit/evidence/bundle.ts';
import { readFolder } from '../../../audit/evidence/folder.ts';
import { readLatest } from '../../../audit/evidence/latest.ts';
import { statementOf } from '../../../audit/evidence/statement.ts';
import { sha256 } from '../../../lib/sha256.ts';
import { audit, contents, finding, to } from './support/example.ts';
import { makeKey, temporaryFolder } from './support/folders.ts';

const golden = join(import.meta.dirname, '../../fixtures/audit/evidence/golden');
const unsigned = { key: null, signers: [] };

describe('the files of a bundle', () => {
  const files = bundleFiles(contents);

  /** Where this must change, derivations of old bundles change too: give statement.ts a new predicateType. */
  it.each(['findings.json', 'destinations.csv', 'record-of-processing.json', 'assessment-results.json'])(
    '%s is as it was agreed',
    async (name) => {
      await expect(Buffer.from(files.get(name)?.content ?? []).toString()).toMatchFileSnapshot(join(golden, name));
    },
  );

  it('statement.json is as it was agreed', async () => {
    await expect(statementOf(audit, files)).toMatchFileSnapshot(join(golden, 'statement.json'));
  });

  it('do not depend on the order in which findings, destinations and keys came', () => {
    const reversed = Object.fromEntries(Object.entries(finding()).reverse());
    const shuffled = {
      ...contents,
      audit: {
        ...audit,
        findings: [...audit.findings.slice(0, -1).reverse(), finding(reversed)],
        destinations: [...audit.destinations].reverse(),
      },
    };
    expect(bundleFiles(shuffled)).toEqual(files);
  });

  it.each(['../out', '/etc/passwd', 'raw/../../x', 'raw//x', '.hidden', 'raw\\x', 'raw/x\n', '', 'C:x'])(
    'refuses the path %j',
    (path) => {
      expect(() => bundleFiles({ ...contents, extra: new Map([[path, '']]) })).toThrow(/cannot put/);
    },
  );

  it.each(['findings.json', 'statement.json', 'statement.json.sig', 'report.nb.html'])(
    'refuses a second file %s',
    (path) => {
      expect(() => bundleFiles({ ...contents, extra: new Map([[path, '']]) })).toThrow(/two files/);
    },
  );

  it('refuses a finding that rests on raw output which is not there', () => {
    expect(() => bundleFiles({ ...contents, raw: new Map() })).toThrow(
      /raw\/forge\/\w+.txt, which is not in the bundle/,
    );
  });

  it('tells the pages the digest of every other file', () => {
    let told: ReadonlyMap<string, string> = new Map();
    const made = bundleFiles({
      ...contents,
      reports: (digests) => {
        told = digests;
        return contents.reports(digests);
      },
    });
    const others = [...made].filter(([name]) => !name.startsWith('report.'));
    expect([...told]).toEqual(others.map(([name, { content }]) => [name, sha256(content)]));
  });

  it('refuses two findings of one check and host', () => {
    const twice = { ...audit, findings: [finding(), finding({ status: 'fail' })] };
    expect(() => bundleFiles({ ...contents, audit: twice })).toThrow(/two findings where\/disk-local of forge/);
  });
});

describe('writeBundle', () => {
  it('writes the same bytes twice, signature and all', async () => {
    const folder = await temporaryFolder();
    const key = await makeKey(folder, 'key');
    const signing = { key: key.path, signers: [key.publicKey] };
    const first = await writeBundle(contents, join(folder, 'a/b/first'), signing);
    const second = await writeBundle(contents, join(folder, 'second'), signing);
    expect(await readFolder(first.folder)).toEqual(await readFolder(second.folder));
    expect(first.sha256).toBe(sha256(await readFile(join(folder, 'second/statement.json'))));
    expect(first.signature).toMatchObject({ state: 'signed', pinned: true, key: expect.stringMatching(/^SHA256:/) });
  });

  it('names the digest of every other file in the statement', async () => {
    const { folder } = await writeBundle(contents, join(await temporaryFolder(), 'bundle'), unsigned);
    const files = await readFolder(folder);
    const { subject } = JSON.parse(await readFile(join(folder, 'statement.json'), 'utf8'));
    const others = [...files].filter(([name]) => name !== 'statement.json');
    expect(subject).toEqual(others.map(([name, bytes]) => ({ name, digest: { sha256: sha256(bytes ?? '') } })));
  });

  it('says that it did not sign where there is no key', async () => {
    const { signature } = await writeBundle(contents, join(await temporaryFolder(), 'bundle'), unsigned);
    expect(signature).toEqual({ state: 'unsigned', reason: expect.objectContaining({ en: 'no key was given' }) });
  });

  it('keeps what was gathered where signing fails, and says why', async () => {
    const folder = await temporaryFolder();
    const written = await writeBundle(contents, join(folder, 'bundle'), { key: join(folder, 'no-key'), signers: [] });
    expect(written.signature).toMatchObject({
      state: 'unsigned',
      reason: { en: expect.stringMatching(/could not sign with .*no-key.*No such file/) },
    });
    expect((await stat(join(folder, 'bundle/statement.json'))).isFile()).toBe(true);
  });

  it('says when the key is not one that the environment pins', async () => {
    const folder = await temporaryFolder();
    const key = await makeKey(folder, 'key');
    const other = await makeKey(folder, 'other');
    const signing = { key: key.path, signers: [other.publicKey] };
    expect((await writeBundle(contents, join(folder, 'bundle'), signing)).signature).toMatchObject({ pinned: false });
  });

  it('writes the statement last: one that was cut short is no bundle', async () => {
    const folder = await temporaryFolder();
    const blocked = { ...contents, extra: new Map([['report.en.html/below-a-file', '']]) };
    await expect(writeBundle(blocked, join(folder, 'a'), unsigned)).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect([...(await readFolder(join(folder, 'a'))).keys()]).toContain('findings.json');
    expect(await readLatest(folder, audit.environment)).toBeNull();
  });

  it('never writes over a bundle', async () => {
    const folder = join(await temporaryFolder(), 'bundle');
    await writeBundle(contents, folder, unsigned);
    const changed = { ...contents, audit: { ...audit, destinations: [to()] } };
    await expect(writeBundle(changed, folder, unsigned)).rejects.toThrow(/not empty/);
  });
});
