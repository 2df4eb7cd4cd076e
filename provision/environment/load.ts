import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { InputError, unreadable } from '../../lib/errors.ts';
import { isEnvironmentFile } from '../../lib/own-command.ts';
import { parseEnvironment } from './parse.ts';
import type { Environment } from './schema.ts';

/** Returns the path of an environment, from a name or path as `--env` takes it. */
export function environmentFile(nameOrFile: string, projectRoot: string): string {
  if (isEnvironmentFile(nameOrFile)) return resolve(projectRoot, nameOrFile);
  return join(projectRoot, 'environments', `${nameOrFile}.yaml`);
}

/**
 * Reads, checks and freezes an environment. Throws InputError ENVIRONMENT_MISSING, ENVIRONMENT_SYNTAX or
 * ENVIRONMENT_INVALID (with every problem at once).
 */
export async function loadEnvironment(nameOrFile: string, projectRoot: string): Promise<Environment> {
  const file = environmentFile(nameOrFile, projectRoot);
  const text = await readEnvironment(file, projectRoot);
  return parseEnvironment(text, shownPath(file, projectRoot));
}

export async function readEnvironment(file: string, projectRoot: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const known = await knownEnvironments(projectRoot);
    const message = `cannot read the environment file ${shownPath(file, projectRoot)}: ${unreadable(cause)}`;
    throw new InputError('ENVIRONMENT_MISSING', message, {
      hint: known.length === 0 ? 'there is none in environments/' : `the environments here are ${known.join(', ')}`,
      cause,
    });
  }
}

/** Returns a short path within the project, and the full path outside it. */
function shownPath(file: string, projectRoot: string): string {
  const short = relative(projectRoot, file);
  return short.startsWith('..') || isAbsolute(short) ? file : short;
}

async function knownEnvironments(projectRoot: string): Promise<readonly string[]> {
  const names = await readdir(join(projectRoot, 'environments')).catch(() => []);
  return names
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}
