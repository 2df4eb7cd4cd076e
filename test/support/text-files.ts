import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './command-line.ts';

const endings: readonly string[] = JSON.parse(readFileSync(join(projectRoot, 'scripts/text-files.json'), 'utf8'));

/** esbuild's loaders for files that are imported as text, as in scripts/build.mjs. */
export const textLoaders: Readonly<Record<string, 'text'>> = Object.fromEntries(
  endings.map((ending) => [`.${ending}`, 'text']),
);
