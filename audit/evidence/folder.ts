import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import { byCodeUnit } from './canonical-json.ts';

/** The contents of a folder, by path: a file's bytes, or null for anything but a regular file, such as a link. */
export type FolderContents = ReadonlyMap<string, Uint8Array | null>;

/**
 * Reads a whole folder at once, so that what is hashed and what is parsed is the same. Does not follow links. A folder
 * inside it is listed only if it is empty, which no bundle has. Throws InputError BUNDLE_UNREADABLE if the folder
 * cannot be read.
 */
export async function readFolder(folder: string): Promise<FolderContents> {
  const found = new Map<string, Uint8Array | null>();
  await collect(folder, '', found).catch((cause: unknown) => {
    throw new InputError('BUNDLE_UNREADABLE', `cannot read the bundle ${folder}`, {
      hint: 'name the folder that jernverk audit wrote',
      cause,
    });
  });
  return new Map([...found].sort(([left], [right]) => byCodeUnit(left, right)));
}

async function collect(folder: string, prefix: string, found: Map<string, Uint8Array | null>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length === 0 && prefix !== '') found.set(prefix, null);
  for (const entry of entries) {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) await collect(place, `${prefix}${entry.name}/`, found);
    else found.set(`${prefix}${entry.name}`, entry.isFile() ? await readFile(place) : null);
  }
}
