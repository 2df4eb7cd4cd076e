import { createHash } from 'node:crypto';
import { access, readFile, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectoryDurably, writeDurably } from '../../lib/durable-file.ts';
import { filePath } from '../contract/job.ts';
import { PermanentFailure } from './failure.ts';

/** The claim-check store. Job messages name files by content; the bytes stay on disk. */
export interface FileStore {
  /**
   * Returns the bytes of a file. Throws PermanentFailure if the store has no such file or its content does not match
   * its name.
   */
  read(reference: string): Promise<Buffer>;
  /**
   * Stores the bytes and returns their reference, `sha256:…`. They are on disk when it returns. Throws if less space
   * than the limit would be free. The job is then tried again, because somebody may free space.
   */
  put(content: Uint8Array): Promise<string>;
}

/**
 * Opens the store below `root`, which is /files in a container and /var/lib/jernverk/files on the host. The store
 * leaves `freeLimit` bytes of the disk for the broker and the other workers.
 */
export function openFileStore(root: string, freeLimit = 0): FileStore {
  return {
    read: (reference) => read(root, reference),
    put: (content) => put(root, content, freeLimit),
  };
}

const referenceOf = (content: Uint8Array): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function read(root: string, reference: string): Promise<Buffer> {
  const content = await readFile(join(root, filePath(reference))).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new PermanentFailure(`the file store has no ${reference}`);
    throw error;
  });
  const found = referenceOf(content);
  if (found !== reference) throw new PermanentFailure(`damaged in the file store: ${reference} has content ${found}`);
  return content;
}

async function put(root: string, content: Uint8Array, freeLimit: number): Promise<string> {
  const reference = referenceOf(content);
  const path = join(root, filePath(reference));
  if (await exists(path)) return reference;
  if (freeLimit > 0) await checkFree(root, content.length, freeLimit);
  await makeDirectoryDurably(dirname(path));
  await writeDurably(path, content);
  return reference;
}

async function checkFree(root: string, bytes: number, freeLimit: number): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  if (free - bytes >= freeLimit) return;
  throw new Error(
    `the file store is full: ${free} bytes are free, ${bytes} to be kept, and ${freeLimit} must stay free`,
  );
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
