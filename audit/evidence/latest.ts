import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { makeDirectoryDurably, writeDurably } from '../../lib/durable-file.ts';
import { InputError } from '../../lib/errors.ts';
import { canonicalJson } from './canonical-json.ts';
import { type BundleName, newestBundle } from './chain.ts';

/**
 * Records which bundle of an environment was the last: a bundle may be written to any folder (`--out`), and the one
 * after it must still follow it. The file is next to the folders of bundles and so is not in any bundle.
 */
const recordFile = (folder: string): string => join(folder, 'latest.json');

const recordSchema = z.strictObject({
  folder: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
});

/**
 * Returns the bundle that the next one follows: the newest in the folder of an environment's bundles, or the recorded
 * one if that is newer and was written elsewhere. Null if there is none. Throws InputError BUNDLE_BROKEN if one of them
 * cannot be read, because the newest one is then unknown.
 */
export async function readLatest(folder: string, environment: string): Promise<BundleName | null> {
  const [here, recorded] = await Promise.all([newestBundle(folder, environment), readRecord(folder)]);
  if (here === null || recorded === null) return here ?? recorded;
  return Date.parse(recorded.at) > Date.parse(here.at) ? recorded : here;
}

/** Call when a bundle is on disk, in any folder. */
export async function recordLatest(folder: string, { folder: written, sha256, at }: BundleName): Promise<void> {
  await makeDirectoryDurably(folder);
  await writeDurably(recordFile(folder), canonicalJson({ folder: written, sha256, at }));
}

async function readRecord(folder: string): Promise<BundleName | null> {
  const text = await readFile(recordFile(folder), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new InputError('BUNDLE_BROKEN', `${recordFile(folder)} does not name the last bundle`, {
      hint: 'if all bundles of the environment are in the same folder, move the file away; otherwise restore it',
      cause,
    });
  }
}
