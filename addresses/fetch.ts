import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InputError, messageOf } from '../lib/errors.ts';

/** The content that was read, unpacked if it was gzip. */
export interface Fetched {
  readonly content: Buffer;
  /** The kind of checksum file that it was compared with. Null if there is none. */
  readonly checksum: 'sha256' | 'md5' | null;
}

/** Limit in bytes. The joint file of all registries has some 50 MB. */
const mostBytes = 512 * 2 ** 20;
const timeout_ms = 120_000;

export const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);

/**
 * Reads a file or an http(s) address, and compares it with `NAME.sha256` or `NAME.md5` in the same folder. The
 * registries publish the latter. It detects damage in transit, not forgery; https authenticates the sender.
 *
 * Throws InputError ADDRESS_DATA_UNREADABLE, ADDRESS_DATA_CHECKSUM or ADDRESS_DATA_CUT_OFF.
 */
export async function readFileOrUrl(place: string): Promise<Fetched> {
  const published = await readBytes(place);
  if (published === null) throw unreadable(place, new Error('there is no such file'));
  const content = await unpack(published, place);
  return { content, checksum: await compare(place, [published, content]) };
}

const readBytes = (place: string): Promise<Buffer | null> => (isUrl(place) ? download(place) : readLocal(place));

async function readLocal(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unreadable(file, cause);
  }
}

async function download(url: string): Promise<Buffer | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeout_ms) });
    if ([403, 404, 410].includes(answer.status)) return null;
    if (!answer.ok) throw new Error(`the server answered ${answer.status} ${answer.statusText}`.trim());
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    // fetch says "fetch failed" or "terminated". The reason is in its cause.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw unreadable(url, cause);
  }
}

const unreadable = (place: string, cause: unknown): InputError =>
  new InputError('ADDRESS_DATA_UNREADABLE', `cannot read ${place}: ${messageOf(cause)}`, {
    hint: 'the existing address data stays in use',
    cause,
  });

async function unpack(bytes: Buffer, place: string): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: mostBytes });
  } catch (cause) {
    throw new InputError('ADDRESS_DATA_CUT_OFF', `${place}: expected a whole gzip file: ${messageOf(cause)}`, {
      hint: 'fetch it again; the existing address data stays in use',
      cause,
    });
  }
}

/** @param contents the bytes as published, and unpacked: some publish the checksum of one, some of the other */
async function compare(place: string, contents: readonly Buffer[]): Promise<Fetched['checksum']> {
  for (const algorithm of ['sha256', 'md5'] as const) {
    const beside = withSuffix(place, `.${algorithm}`);
    const text = (await readBytes(beside))?.toString('utf8');
    if (text === undefined) continue;
    const expected = checksumIn(text, algorithm);
    if (expected === null) {
      throw new InputError(
        'ADDRESS_DATA_CHECKSUM',
        `${beside}: expected a checksum, given "${text.slice(0, 80).trim()}"`,
      );
    }
    const given = contents.map((content) => createHash(algorithm).update(content).digest('hex'));
    if (given.includes(expected)) return algorithm;
    throw new InputError('ADDRESS_DATA_CHECKSUM', `${place}: expected ${algorithm} ${expected}, given ${given[0]}`, {
      hint: 'fetch both files again: one of them is damaged or older; the existing address data stays in use',
    });
  }
  return null;
}

/** The suffix goes before the query of an address, if there is one. */
function withSuffix(place: string, suffix: string): string {
  if (!isUrl(place)) return place + suffix;
  const url = new URL(place);
  url.pathname += suffix;
  return url.href;
}

const digits = { sha256: 64, md5: 32 } as const;

/** Reads `HEX`, `HEX  name` (GNU) or `MD5 (name) = HEX` (BSD). */
function checksumIn(text: string, algorithm: 'sha256' | 'md5'): string | null {
  const hex = new RegExp(`(?:^|= ?)([0-9a-f]{${digits[algorithm]}})(?:\\s|$)`, 'im').exec(text)?.[1];
  return hex?.toLowerCase() ?? null;
}
