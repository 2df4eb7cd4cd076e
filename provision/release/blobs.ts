import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../../workers/runtime/durable-file.ts';
import { OperationError } from '../errors.ts';

/** The blobs of a project: files named by the SHA-256 of their content. */
export const blobFolder = (projectRoot: string): string => join(projectRoot, '.jernverk', 'blobs', 'sha256');

/** Where a blob is, or would be. Throws an OperationError if this is no digest: a host may have said it. */
export function blobPath(projectRoot: string, digest: string): string {
  if (/^[0-9a-f]{64}$/.test(digest)) return join(blobFolder(projectRoot), digest);
  throw new OperationError('BLOB_NAME', `this is not the digest of a blob: ${JSON.stringify(digest.slice(0, 80))}`);
}

/** The content of a blob, for sending it. */
export const openBlob = (projectRoot: string, digest: string): ReadStream =>
  createReadStream(blobPath(projectRoot, digest));

export const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

export async function hasBlob(projectRoot: string, digest: string, bytes: number): Promise<boolean> {
  const found = await stat(blobPath(projectRoot, digest)).catch(() => null);
  return found?.size === bytes;
}

/** Keeps the content and returns its digest. A blob is there as a whole or not at all, also beside other writers. */
export async function putBlob(projectRoot: string, content: Uint8Array): Promise<string> {
  const digest = sha256(content);
  if (await hasBlob(projectRoot, digest, content.length)) return digest;
  await mkdir(blobFolder(projectRoot), { recursive: true });
  await writeDurably(blobPath(projectRoot, digest), content);
  return digest;
}
