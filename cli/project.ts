import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The project's folder. `jernverk` and cdktf both start in it. */
export const projectRoot = (): string => process.cwd();

/** File paths are relative to the person's current folder. `jernverk` itself has moved to the project's folder. */
export const fromCaller = (file: string): string => resolve(process.env.JERNVERK_CALLER_FOLDER ?? '.', file);

/** Returns the project's version, for results that are kept. */
export async function projectVersion(root: string): Promise<string> {
  const about: { readonly version?: unknown } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return String(about.version);
}
