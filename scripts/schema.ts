/**
 * Writes environments/schema.json from the zod schema; with --check, fails where the file is stale. From the project's folder:
 * `node scripts/build.mjs schema && node .jernverk/build/schema.js [--check]`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { environmentJsonSchema } from '../provision/environment/json-schema.ts';

const file = 'environments/schema.json';

async function main(): Promise<number> {
  const wanted = environmentJsonSchema();
  if (!process.argv.includes('--check')) {
    await writeFile(file, wanted);
    return 0;
  }
  if ((await readFile(file, 'utf8').catch(() => '')) === wanted) return 0;
  console.error(
    'environments/schema.json is not current; make it with: node scripts/build.mjs schema && node .jernverk/build/schema.js',
  );
  return 1;
}

process.exitCode = await main();
