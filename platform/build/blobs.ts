import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { writeDurably } from '../../lib/durable-file.ts';
import { OperationError } from '../../lib/errors.ts';
import { sha256 } from '../../lib/sha256.ts';

/** Returns the folder of a project's blobs: files named by the SHA-256 of their content. */
export const blobFolder = (projectRoot: string): string => join(projectRoot, '.jernverk', 'blobs', 'sha256');

/** Returns the path of a blob. Throws an OperationError if this is not a digest: it may come from a host. */
export function blobPath(projectRoot: string, digest: string): string {
  if (/^[0-9a-f]{64}$/.test(digest)) return join(blobFolder(projectRoot), digest);
  throw new OperationError('BLOB_NAME', `this is not the digest of a blob: ${JSON.stringify(digest.slice(0, 80))}`);
}

/**
 * Returns the content of a blob, to be sent. If the content does not match its name, the stream ends with an error and
 * the blob is removed, so that the next build makes it again.
 */
export function openBlob(projectRoot: string, digest: string): Readable {
  const path = blobPath(projectRoot, digest);
  return pipeline(createReadStream(path), new Verified(path, digest), () => undefined);
}

class Verified extends Transform {
  readonly #hash = createHash('sha256');
  readonly #path: string;
  readonly #digest: string;

  constructor(path: string, digest: string) {
    super();
    this.#path = path;
    this.#digest = digest;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    if (this.#hash.digest('hex') === this.#digest) {
      done();
      return;
    }
    const damaged = new OperationError('BLOB_DAMAGED', `${this.#path} was damaged and has been removed`, {
      hint: 'run the same again: it is built again',
    });
    rm(this.#path, { force: true }).then(() => done(damaged), done);
  }
}

export async function hasBlob(projectRoot: string, digest: string, bytes: number): Promise<boolean> {
  const found = await stat(blobPath(projectRoot, digest)).catch(() => null);
  return found?.size === bytes;
}

/** Stores the content and returns its digest. A blob exists whole or not at all, even with several writers. */
export async function putBlob(projectRoot: string, content: Uint8Array): Promise<string> {
  const digest = sha256(content);
  if (await hasBlob(projectRoot, digest, content.length)) return digest;
  await mkdir(blobFolder(projectRoot), { recursive: true });
  await writeDurably(blobPath(projectRoot, digest), content);
  return digest;
}
