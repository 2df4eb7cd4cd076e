import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAudit } from '../../../audit/evidence/read-audit.ts';
import { auditCommand } from '../../../cli/audit.ts';
import { verifyBundleCommand } from '../../../cli/audit-verify-bundle.ts';
import type { Invocation } from '../../../cli/invocation.ts';
import { projectRoot } from '../../support/command-line.ts';
import { onPrinted } from '../../support/printed.ts';
import { makeKey, temporaryFolder } from '../evidence/support/folders.ts';

/** An environment whose only host is not up: what is declared is audited all the same. */
const name = 'test-audit-chain';
const bundles = join(projectRoot, '.jernverk/audit', name);
let said: string[];

beforeEach(() => {
  said = [];
  const log = onPrinted((text) => said.push(text));
  return () => log.mockRestore();
});
const clean = (): Promise<void> => rm(bundles, { recursive: true, force: true });
beforeEach(clean);
afterEach(clean);

it('each bundle follows on the one before it, in whatever folders they were written', async () => {
  const folder = await temporaryFolder();
  const key = await makeKey(folder, 'key');
  const environment = join(folder, 'environment.yaml');
  const hosts = [{ name: 'chain-not-up', roles: ['broker'], lab: {} }];
  const audit = { signingKey: key.path, signers: [key.publicKey] };
  await writeFile(environment, JSON.stringify({ name, hosts, audit }));
  const given: Invocation = {
    environment,
    json: false,
    arguments: {},
    rest: [],
    options: { lang: 'en' },
  };
  const audited = async (out?: string): Promise<string> => {
    said = [];
    await auditCommand({ ...given, options: { lang: 'en', ...(out !== undefined && { out }) } });
    return /The evidence is in (.*)/.exec(said.join('\n'))?.[1] ?? '';
  };
  const verified = async (bundle: string, previous: string): Promise<string> => {
    said = [];
    expect(await verifyBundleCommand({ ...given, arguments: { bundle }, options: { lang: 'en', previous } })).toBe(0);
    return said.join('\n');
  };

  const away = await audited(join(folder, 'a/bundle'));
  expect(said.join('\n')).toContain('the first of its chain');
  expect((await readAudit(away)).previous).toBeNull();
  const second = await audited(join(folder, 'b/bundle'));
  expect(said.join('\n')).toContain(`follows ${away}`);
  const usual = await audited();
  expect(usual.startsWith(bundles)).toBe(true);
  expect(await verified(second, away)).toContain('it follows the previous evidence');
  expect(await verified(usual, second)).toContain('it follows the previous evidence');
}, 60_000);

it('an audit of the lab is signed without a key of anybody, and says what that is worth; a change shows', async () => {
  const folder = await temporaryFolder();
  const environment = join(folder, 'environment.yaml');
  await writeFile(environment, JSON.stringify({ name, hosts: [{ name: 'chain-not-up', roles: ['broker'], lab: {} }] }));
  const given: Invocation = {
    ...{ environment, json: false, color: false, arguments: {}, rest: [], options: { lang: 'nb' } },
  };
  const bundle = join(folder, 'bundle');
  await auditCommand({ ...given, options: { lang: 'nb', out: bundle } });
  expect(said.join('\n')).toContain('signert med SHA256:');
  expect(said.join('\n')).toContain('viser at beviset ikke er endret siden, ikke hvem som laget det');
  expect(said.join('\n')).not.toContain('IKKE SIGNERT');
  const verify = async (): Promise<number> => {
    said = [];
    return verifyBundleCommand({ ...given, arguments: { bundle } });
  };
  expect(await verify()).toBe(0);
  expect(said.join('\n')).toContain('ikke hvem som laget det');
  await appendFile(join(bundle, 'destinations.csv'), ' ');
  expect(await verify()).toBe(1);
  expect(said.join('\n')).not.toContain('ikke hvem som laget det');
}, 60_000);
