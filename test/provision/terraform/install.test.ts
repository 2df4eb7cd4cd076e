import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installProvider } from '../../../provision/terraform/install.ts';

const launcher = (platform: string) =>
  `terraform.d/plugins/jernverk.internal/jernverk/jernverk/0.1.0/${platform}/terraform-provider-jernverk_v0.1.0`;
const fresh = `provider "jernverk.internal/jernverk/jernverk" {
  version     = "0.1.0"
  constraints = "0.1.0"
}
`;
const other = `provider "registry.terraform.io/hashicorp/null" {
  version     = "3.2.4"
  constraints = "3.2.4"
  hashes = [
    "h1:0000000000000000000000000000000000000000000=",
  ]
}
`;

describe('installing the provider into the folder of a stack', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jernverk-install-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const lock = () => read('.terraform.lock.hcl');

  it('puts a program where Terraform looks for it, for both processors', async () => {
    await installProvider(folder);
    for (const platform of ['linux_amd64', 'linux_arm64']) {
      expect((await stat(join(folder, launcher(platform)))).mode & 0o777).toBe(0o755);
    }
    expect(await lock()).toBe(fresh);
  });

  it('keeps the bytes of the program for one version, since lock files have their hash', async () => {
    await installProvider(folder);
    const digest = createHash('sha256')
      .update(await read(launcher('linux_amd64')))
      .digest('hex');
    expect(digest, 'a changed launcher needs a new providerVersion').toBe(
      '2c7f971b10370ec3010c153b3e99c7ea6e29006f777b4a128fe59a125a468953',
    );
  });

  it('leaves the entries of other providers and the hash that init wrote', async () => {
    await installProvider(folder);
    const locked = `${fresh.replace('}\n', '  hashes = [\n    "h1:abc=",\n  ]\n}\n')}\n${other}`;
    await writeFile(join(folder, '.terraform.lock.hcl'), locked);
    await installProvider(folder);
    expect(await lock()).toBe(locked);
  });

  it('adds its entry to a lock file without one, and replaces one of another version', async () => {
    await writeFile(join(folder, '.terraform.lock.hcl'), other);
    await installProvider(folder);
    expect(await lock()).toBe(`${other}\n${fresh}`);

    await writeFile(join(folder, '.terraform.lock.hcl'), fresh.replaceAll('0.1.0', '0.0.9'));
    await installProvider(folder);
    expect(await lock()).toBe(fresh);
  });

  it('forgets the hash of a program that it replaces', async () => {
    await installProvider(folder);
    await writeFile(join(folder, '.terraform.lock.hcl'), fresh.replace('}\n', '  hashes = ["h1:abc="]\n}\n'));
    await writeFile(join(folder, launcher('linux_amd64')), '#!/bin/sh\n');
    await installProvider(folder);
    expect(await lock()).toBe(fresh);
  });
});
