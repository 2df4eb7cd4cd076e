import { createReadStream } from 'node:fs';
import { filePath, type ResultRecord, resultRecordSchema } from '../workers/runtime/job.ts';
import { OperationError } from './errors.ts';
import type { Host } from './host.ts';
import { type EnqueueRequest, enqueueCommand, readFileCommand } from './release/enqueue.ts';

/** The ids of the jobs, each on the broker's disk, or their result records where the caller waits for them. */
export type Enqueued =
  | { readonly kind: 'accepted'; readonly ids: readonly string[] }
  | { readonly kind: 'ended'; readonly records: readonly ResultRecord[] };

/**
 * Hands jobs over to a worker on a host, with a local file where one is named.
 *
 * @throws OperationError ENQUEUE_FAILED where the broker did not confirm, or a job did not end in time.
 */
export async function enqueueOn(host: Host, file: string | null, request: EnqueueRequest): Promise<Enqueued> {
  const { stdout, stderr } = await host.run(
    enqueueCommand(request),
    file === null ? {} : { input: createReadStream(file) },
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length < request.count) {
    throw new OperationError(
      'ENQUEUE_FAILED',
      `${host.name}: ${lines.length} of ${request.count} jobs were confirmed: ${stderr.trim()}`,
      { hint: `look at the broker and the slots: jernverk status ${host.name}` },
    );
  }
  if (request.waitSeconds === null) return { kind: 'accepted', ids: lines };
  return { kind: 'ended', records: lines.map((line) => resultRecordSchema.parse(JSON.parse(line))) };
}

/** The content of a file of the host's claim-check store. */
export async function fetchFile(host: Host, reference: string): Promise<Buffer> {
  return Buffer.from(await host.capture(readFileCommand(filePath(reference))), 'base64');
}
