import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeDurably } from '../../lib/durable-file.ts';
import { sha256 } from '../../lib/sha256.ts';
import { type Evidence, type Result, resultSchema } from '../result.ts';
import { groupNames } from '../tuning/groups.ts';
import { type TuningResult, tuningResultSchema } from '../tuning/result.ts';

/** The folder with a host's runs, below the project. Each run has a folder in it, named by its start. */
export const runsFolder = (root: string, environment: string, host: string): string =>
  join(root, '.jernverk', 'bench', environment, host);

export const resultName = 'result.json';
const tuningName = 'tuning.json';

/** The folder of one run that is being written. */
export interface RunFolder {
  readonly path: string;
  /** Stores raw output unchanged, before it is parsed. Resolves when it is on disk. */
  keep(name: string, command: string, raw: string): Promise<Evidence>;
  save(result: Result): Promise<void>;
}

/** @param startedAt names the folder: `2026-11-23T12-00-00Z` */
export async function openRunFolder(parent: string, startedAt: Date): Promise<RunFolder> {
  const path = join(parent, `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z`);
  await mkdir(path, { recursive: true });
  return {
    path,
    async keep(name, command, raw) {
      const file = rawFile(name);
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeDurably(join(path, file), raw);
      return { path: file, sha256: sha256(raw), command, keptAt: new Date().toISOString() };
    },
    save: (result) => writeDurably(join(path, resultName), `${JSON.stringify(result, null, 2)}\n`),
  };
}

/** A path below the run's folder for any name: no part of it begins with a dot. */
const rawFile = (name: string): string =>
  join('raw', ...name.split('/').map((part) => part.replaceAll(/[^\w.-]+/g, '-').replace(/^\.*$|^\.+/, '-')));

export const saveTuning = (folder: RunFolder, result: TuningResult): Promise<void> =>
  writeDurably(join(folder.path, tuningName), `${JSON.stringify(result, null, 2)}\n`);

/**
 * Returns the newest tuning run that covers all groups, or else the newest partial one. Null if none has this format.
 */
export async function readLatestTuning(folder: string): Promise<TuningResult | null> {
  const texts = await readAll(folder, tuningName);
  const results = texts.flatMap((text) => tuningResultSchema.safeParse(JSON.parse(text)).data ?? []);
  return results.findLast(({ groups }) => groups.length === groupNames.length) ?? results.at(-1) ?? null;
}

/**
 * Returns all runs in a folder, the oldest first. Skips a folder without a result of this format: its run was cut off
 * at the very start, or it is of another version.
 */
export async function readRuns(folder: string): Promise<readonly Result[]> {
  const texts = await readAll(folder, resultName);
  return texts.flatMap((text) => {
    const result = resultSchema.safeParse(JSON.parse(text));
    return result.success ? [result.data] : [];
  });
}

async function readAll(folder: string, file: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(ifMissing<string[]>([]));
  const texts = await Promise.all(
    names.sort().map((name) => readFile(join(folder, name, file), 'utf8').catch(ifMissing(''))),
  );
  return texts.filter((text) => text !== '');
}

const ifMissing =
  <Value>(instead: Value) =>
  (error: NodeJS.ErrnoException): Value => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return instead;
    throw error;
  };
