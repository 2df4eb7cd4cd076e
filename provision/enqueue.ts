import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { filePath, parseResult, type ResultRecord } from '../workers/runtime/job.ts';
import { CommandFailed, InputError, OperationError } from './errors.ts';
import type { Host, Output } from './host.ts';
import { parseLimits } from './limits.ts';
import { sha256 } from './release/blobs.ts';
import {
  type EnqueueRequest,
  enqueueCommand,
  fetchedBytes,
  noReleaseStatus,
  readFileCommand,
  storeFullStatus,
} from './release/enqueue.ts';

/** The ids of the jobs, each on the broker's disk, or their result records where the caller waits for them. */
export type Enqueued =
  | { readonly kind: 'accepted'; readonly ids: readonly string[] }
  | { readonly kind: 'ended'; readonly records: readonly ResultRecord[] };

/** Milliseconds for sending the file and for the broker's confirms, before any wait for results. */
const handOverMs = 10 * 60_000;

/**
 * Hands jobs over to a worker on a host, with a local file where one is named.
 *
 * @throws InputError NO_RELEASE where nothing is deployed that could take them; OperationError FILE_STORE_FULL where the
 *   file store is at its limit, ENQUEUE_FAILED where the broker did not confirm, or a job did not end in time.
 */
export async function enqueueOn(host: Host, file: string | null, request: EnqueueRequest): Promise<Enqueued> {
  const { stdout, stderr } = await handOver(host, file, request);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const answers = lines.map((line) => (request.waitSeconds === null ? parseId(line) : parseResult(line)));
  if (answers.length < request.count || answers.includes(null)) {
    throw new OperationError(
      'ENQUEUE_FAILED',
      `${host.name}: not all of ${request.count} jobs were taken: ${(stderr.trim() || stdout.trim()).slice(-1000)}`,
      { hint: `look at the broker and the slots: ./jernverk status ${host.name}` },
    );
  }
  if (request.waitSeconds === null) return { kind: 'accepted', ids: lines };
  return { kind: 'ended', records: answers.filter((answer) => typeof answer === 'object' && answer !== null) };
}

async function handOver(host: Host, file: string | null, request: EnqueueRequest): Promise<Output> {
  try {
    return await host.run(enqueueCommand(request), {
      timeoutMs: handOverMs + (request.waitSeconds ?? 0) * 1000,
      ...(file !== null && { input: createReadStream(file) }),
    });
  } catch (cause) {
    if (!(cause instanceof CommandFailed)) throw cause;
    if (cause.status === storeFullStatus) throw storeFull(host.name, cause);
    if (cause.status !== noReleaseStatus) throw cause;
    throw new InputError('NO_RELEASE', `no release runs on ${host.name} yet`, { hint: './jernverk apply', cause });
  }
}

function storeFull(host: string, cause: CommandFailed): OperationError {
  const [limit] = parseLimits(cause.stderr);
  return new OperationError('FILE_STORE_FULL', `${host}: no job is taken: ${limit?.text ?? cause.stderr}`, {
    hint: 'remove results and files that nobody needs (README, "Limits"), or lower broker.diskFreeLimit and apply',
    cause,
  });
}

const parseId = (line: string): string | null => (z.uuid().safeParse(line).success ? line : null);

/**
 * The content of a file of the host's claim-check store.
 *
 * @throws OperationError FILE_DAMAGED if it is not the content that the reference names, FILE_TOO_LARGE. Workers can write to the
 *   store, so what lies there may be anything, a link to another file of the host too.
 */
export async function fetchFile(host: Host, reference: string): Promise<Buffer> {
  const encoded = await host.capture(readFileCommand(filePath(reference)), { maxBytes: 2 * fetchedBytes });
  const content = Buffer.from(encoded, 'base64');
  if (content.length > fetchedBytes) {
    throw new OperationError(
      'FILE_TOO_LARGE',
      `${host.name}: the file ${reference} has more than ${fetchedBytes} bytes`,
    );
  }
  if (`sha256:${sha256(content)}` === reference) return content;
  throw new OperationError(
    'FILE_DAMAGED',
    `${host.name}: the file ${reference} has another content than its name says`,
  );
}
