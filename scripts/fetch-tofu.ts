import { readFile } from 'node:fs/promises';
import { installTofu, parsePins } from './tofu.ts';

/**
 * `fetch-tofu TARGET` fetches the pinned OpenTofu for this machine, from JERNVERK_TOFU_URL or its releases on GitHub.
 */
const [target = ''] = process.argv.slice(2);
const releases = process.env.JERNVERK_TOFU_URL || 'https://github.com/opentofu/opentofu/releases/download';

try {
  const pins = parsePins(await readFile('scripts/tofu.sha256', 'utf8'));
  await installTofu({ pins, releases, architecture: process.arch, target });
} catch (error) {
  console.error(`jernverk: ${error instanceof Error ? error.message : String(error)}`);
  console.error(`  By hand: put terraform or tofu (https://opentofu.org/docs/intro/install/) on the PATH,
  or the archive's program "tofu" at ${target}`);
  process.exitCode = 1;
}
