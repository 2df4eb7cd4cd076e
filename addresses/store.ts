import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as z from 'zod';
import { makeDirectoryDurably, writeDurably } from '../lib/durable-file.ts';
import { InputError, messageOf } from '../lib/errors.ts';
import { sha256 as sha256Of } from '../lib/sha256.ts';
import { registries } from './delegated.ts';

const fileSchema = z.strictObject({
  registry: z.enum(registries),
  serial: z.string(),
  date: z.iso.datetime(),
  records: z.int(),
  /** Hash of the unpacked bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  from: z.string(),
  /** The kind of checksum file that it was compared with. Null if there was none. */
  checksum: z.enum(['sha256', 'md5']).nullable(),
  addedAt: z.iso.datetime(),
});
export type StoredFile = Readonly<z.output<typeof fileSchema>>;

/** The exchange's member export, if one was given. */
const membersSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  from: z.string(),
  addedAt: z.iso.datetime(),
});

const indexSchema = z.strictObject({
  format: z.literal('jernverk-addresses/1'),
  files: z.array(fileSchema),
  members: z.array(membersSchema).default([]),
});
export type StoredIndex = Readonly<z.output<typeof indexSchema>>;

/** Returns the folder of address data below the project. */
export const addressFolder = (root: string): string => join(root, '.jernverk', 'addresses');
const indexFile = (root: string): string => join(addressFolder(root), 'index.json');

/** Returns the path of a stored file: gzip, named by the hash of the unpacked content. */
export const storedPath = (root: string, sha256: string): string => join(addressFolder(root), `${sha256}.gz`);

/**
 * Throws InputError ADDRESS_STORE if the index exists and cannot be read: it must not silently fall back to the older
 * seed.
 */
export async function readIndex(root: string): Promise<StoredIndex> {
  const text = await readFile(indexFile(root), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw damaged(indexFile(root), cause);
  });
  if (text === null) return { format: 'jernverk-addresses/1', files: [], members: [] };
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(indexFile(root), cause);
  }
}

/** Writes the bytes first and then the index that names them, so that the earlier data stays valid until then. */
export async function store(root: string, content: Buffer, index: StoredIndex): Promise<void> {
  await makeDirectoryDurably(addressFolder(root));
  await writeDurably(storedPath(root, sha256Of(content)), await promisify(gzip)(content, { level: 9 }));
  await writeDurably(indexFile(root), `${JSON.stringify(index, null, 2)}\n`);
}

/** Throws InputError ADDRESS_STORE if the bytes differ from those that were stored. */
export async function readStored(root: string, sha256: string): Promise<string> {
  const path = storedPath(root, sha256);
  const content = await readFile(path)
    .then((bytes) => promisify(gunzip)(bytes))
    .catch((cause: unknown) => {
      throw damaged(path, cause);
    });
  if (sha256Of(content) !== sha256) throw damaged(path, new Error('its content has another hash'));
  return content.toString('utf8');
}

const damaged = (path: string, cause: unknown): InputError =>
  new InputError('ADDRESS_STORE', `the stored address data is damaged: ${path}: ${messageOf(cause)}`, {
    hint: 'remove the folder .jernverk/addresses and run ./jernverk audit update-addresses again',
    cause,
  });
