import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { JernverkError } from '../../../lib/errors.ts';
import { parseEnvironment } from '../../../provision/environment/parse.ts';
import { projectRoot } from '../../support/command-line.ts';

const fixtures = join(projectRoot, 'test/fixtures/environment');

function refusal(text: string): string {
  try {
    parseEnvironment(text, 'environment.yaml');
  } catch (error) {
    if (error instanceof JernverkError) return `${error.code} ${error.message}\n`;
    throw error;
  }
  return 'accepted\n';
}

/** One folder a rule. JERNVERK_ACCEPT=1 writes what is expected, to be read before it is committed. */
it.each(readdirSync(fixtures))('%s', async (scenario) => {
  const refused = refusal(await readFile(join(fixtures, scenario, 'environment.yaml'), 'utf8'));
  const file = join(fixtures, scenario, 'expected.txt');
  if (process.env.JERNVERK_ACCEPT) await writeFile(file, refused);
  expect(refused).toBe(await readFile(file, 'utf8'));
});
