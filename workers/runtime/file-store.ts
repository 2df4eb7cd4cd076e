import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectoryDurably, writeDurably } from './durable-file.ts';
import { PermanentFailure } from './failure.ts';
import { filePath } from './job.ts';

/** The claim-check store: job messages name files by content, the bytes stay on disk. */
export interface FileStore {
  /**
   * The bytes of a file.
   *
   * @throws PermanentFailure where the store has no such file or its content does not match its name.
   */
  read(reference: string): Promise<Buffer>;
  /** Keeps the bytes and returns their reference, `sha256:…`. On disk when it returns. */
  put(content: Uint8Array): Promise<string>;
}

/** The store below `root`, which is /files in a container and /var/lib/jernverk/files on the host. */
export function openFileStore(root: string): FileStore {
  return {
    read: (reference) => read(root, reference),
    put: (content) => put(root, content),
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

async function put(root: string, content: Uint8Array): Promise<string> {
  const reference = referenceOf(content);
  const path = join(root, filePath(reference));
  if (await exists(path)) return reference;
  await makeDirectoryDurably(dirname(path));
  await writeDurably(path, content);
  return reference;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
