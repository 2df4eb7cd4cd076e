import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The project's folder: `jernverk` and cdktf both start in it. */
export const projectRoot = (): string => process.cwd();

/** File paths are relative to where the person stands; `jernverk` itself has moved to the project's folder. */
export const fromCaller = (file: string): string => resolve(process.env.JERNVERK_CALLER_FOLDER ?? '.', file);

/** The project's version, for what is kept. */
export async function projectVersion(root: string): Promise<string> {
  const about: { readonly version?: unknown } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return String(about.version);
}
