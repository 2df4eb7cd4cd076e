import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The provider's address. `.internal` is reserved for private use, so neither Terraform nor OpenTofu can ever find a
 * registry there. The files that `installProvider` writes are the only source.
 */
export const providerSource = 'jernverk.internal/jernverk/jernverk';
export const providerVersion = '0.1.0';

const platforms = ['linux_amd64', 'linux_arm64'] as const;

/**
 * Terraform's lock file records a hash of this text, so for one version it must stay the same, byte for byte. It
 * searches for the project from Terraform's folder upwards. For tests, JERNVERK_PROVIDER names another program.
 */
const launcher = `#!/bin/sh
folder=$PWD
while [ -n "$folder" ] && [ ! -f "$folder/.jernverk/build/provider.js" ]; do folder=\${folder%/*}; done
program=\${JERNVERK_PROVIDER:-$folder/.jernverk/build/provider.js}
if [ ! -f "$program" ]; then
  echo "jernverk: there is no .jernverk/build/provider.js above $PWD; make it with: ./jernverk build provider" >&2
  exit 1
fi
exec node "$program"
`;

/**
 * Makes the provider known to Terraform in one stack's folder, without a registry: `terraform.d/plugins` is an implied
 * mirror. The lock entry keeps \`cdktf deploy\` from asking a registry for the provider's hashes.
 */
export async function installProvider(folder: string): Promise<void> {
  const rewritten = await Promise.all(platforms.map((platform) => writeLauncher(folder, platform)));
  await lockProvider(join(folder, '.terraform.lock.hcl'), rewritten.includes(true));
}

/**
 * Returns true if another text was there. The rename means that a Terraform that runs meanwhile sees a whole program.
 */
async function writeLauncher(folder: string, platform: string): Promise<boolean> {
  const plugins = join(folder, 'terraform.d/plugins', providerSource, providerVersion, platform);
  const file = join(plugins, `terraform-provider-jernverk_v${providerVersion}`);
  const before = await readFile(file, 'utf8').catch(() => null);
  if (before === launcher) return false;
  await mkdir(plugins, { recursive: true });
  await writeFile(`${file}.new`, launcher);
  await chmod(`${file}.new`, 0o755);
  await rename(`${file}.new`, file);
  return before !== null;
}

/** Leaves the entries of other providers as they are. Replaces ours if its version or its hash is out of date. */
async function lockProvider(file: string, outOfDate: boolean): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const entry = new RegExp(`provider "${providerSource.replaceAll('.', '\\.')}" \\{\n[^}]*\\}\n`);
  const ours = entry.exec(text)?.[0];
  if (ours?.includes(`"${providerVersion}"`) && !outOfDate) return;
  const rest = text.replace(entry, '');
  await writeFile(file, `${rest}${rest === '' ? '' : '\n'}${lockEntry}`);
}

const lockEntry = `provider "${providerSource}" {
  version     = "${providerVersion}"
  constraints = "${providerVersion}"
}
`;
