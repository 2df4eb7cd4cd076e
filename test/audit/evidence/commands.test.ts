import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeBundle } from '../../../audit/evidence/bundle.ts';
import { auditDiffCommand } from '../../../cli/audit-diff.ts';
import { verifyBundleCommand } from '../../../cli/audit-verify-bundle.ts';
import type { Invocation } from '../../../cli/invocation.ts';
import { main } from '../../../cli/main.ts';
import { onPrinted } from '../../support/printed.ts';
import { audit, contents, finding } from './support/example.ts';
import { type Key, makeKey, sharedFolder, temporaryFolder } from './support/folders.ts';

const shared = sharedFolder();
let key: Key;
let folder: string;
let said: string[];

beforeAll(async () => {
  key = await makeKey(shared.path, 'key');
  folder = join(shared.path, 'bundles/first');
  await writeBundle(contents, folder, { key: key.path, signers: [key.publicKey] });
});

beforeEach(() => {
  said = [];
  const log = onPrinted((text) => said.push(text));
  return () => log.mockRestore();
});

const invocation = (different: Partial<Invocation>): Invocation => ({
  ...{ environment: 'local', json: false, arguments: { bundle: folder }, rest: [], options: {} },
  ...different,
});

describe('jernverk audit verify-bundle', () => {
  it('ends with 0 by a file of public keys, and says it in Norwegian', async () => {
    expect(await verifyBundleCommand(invocation({ options: { signers: `${key.path}.pub` } }))).toBe(0);
    expect(said.join('\n')).toMatch(/^Beviset er uendret siden det ble signert.\n {2}signert med: SHA256:/);
  });

  it('ends with 1 where a file was changed, and names it', async () => {
    const copy = join(await temporaryFolder(), 'bundle');
    await writeBundle(contents, copy, { key: key.path, signers: [] });
    await writeFile(join(copy, 'report.nb.html'), 'x');
    const options = { signers: `${key.path}.pub`, lang: 'en' };
    expect(await verifyBundleCommand(invocation({ arguments: { bundle: copy }, options }))).toBe(1);
    expect(said.join('\n')).toMatch(
      /^The evidence was changed: report.nb.html\n {2}expected: sha256 [0-9a-f]{64}\n {2}found: sha256 [0-9a-f]{64}$/,
    );
  });

  it('takes an option that jernverk audit has, too, for its own', async () => {
    const options = ['--signers', `${key.path}.pub`, '--lang', 'en'];
    expect(await main(['audit', 'verify-bundle', folder, ...options, '--json', '--env', 'local'])).toBe(0);
    expect(JSON.parse(said.join('\n'))).toMatchObject({ state: 'intact' });
    expect(await main(['audit', 'verify-bundle', folder, ...options])).toBe(0);
    expect(said.at(-1)).toMatch(/^The evidence is unchanged since it was signed/);
  });

  it('ends with 2 where the environment pins nobody', async () => {
    expect(await verifyBundleCommand(invocation({ options: { lang: 'en' } }))).toBe(2);
    expect(said.join('\n')).toMatch(/^Could not determine whether .*: no key to trust was given/);
  });

  it('takes the keys that the environment pins', async () => {
    const file = join(await temporaryFolder(), 'mine.yaml');
    await writeFile(
      file,
      `name: mine\nhosts:\n  - name: forge\n    roles: [broker]\n    lab: {}\naudit:\n  signers: ["${key.publicKey}"]\n`,
    );
    expect(await verifyBundleCommand(invocation({ environment: file }))).toBe(0);
  });

  it('refuses what it cannot read', async () => {
    const nothing = join(shared.path, 'nothing');
    const with_ = (given: Partial<Invocation>) => verifyBundleCommand(invocation(given));
    await expect(with_({ options: { signers: nothing } })).rejects.toThrow(/cannot read the signers' keys/);
    await expect(with_({ arguments: { bundle: nothing } })).rejects.toThrow(/cannot read the bundle/);
    await expect(with_({ options: { previous: nothing, signers: `${key.path}.pub` } })).rejects.toThrow(/not a bundle/);
    await expect(with_({ options: { lang: 'fr' } })).rejects.toThrow(/--lang takes nb or en, not fr/);
  });
});

describe('jernverk audit diff', () => {
  it('ends with 1 where something is different, and with 0 where nothing is', async () => {
    const other = join(await temporaryFolder(), 'bundle');
    const newer = { ...audit, findings: [finding({ status: 'fail' })] };
    await writeBundle({ ...contents, audit: newer }, other, { key: null, signers: [] });
    expect(await auditDiffCommand(invocation({ arguments: { old: folder, new: other } }))).toBe(1);
    expect(said.join('\n')).toContain('bestått → ikke bestått  forge where/disk-local');
    expect(await auditDiffCommand(invocation({ arguments: { old: other, new: other } }))).toBe(0);
  });

  it('prints facts for programs', async () => {
    await auditDiffCommand(invocation({ arguments: { old: folder, new: folder }, json: true }));
    expect(JSON.parse(said.join('\n'))).toMatchObject({ appeared: [], rulesChanged: false });
  });

  it('refuses what is no bundle', async () => {
    const nothing = join(shared.path, 'nothing');
    await expect(auditDiffCommand(invocation({ arguments: { old: nothing, new: folder } }))).rejects.toThrow(
      /cannot read .*nothing\/findings.json: ENOENT/,
    );
  });
});
