import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';

/**
 * What `enqueue.mjs` is asked: the first line of its standard input. A job's input is nobody else's to read, and the
 * arguments and variables of a process are for every account of the host, so nothing travels by those.
 */
export const enqueueRequestSchema = z.strictObject({
  /** The ids of the jobs follow from it: whoever asks can name each of them, whatever is answered. */
  batch: z.uuid().default(() => randomUUID()),
  /** How many jobs with this input. */
  count: z.int().min(1).default(1),
  /** Jobs that may wait for their confirm at the same time. */
  window: z.int().min(1).max(1000).default(1),
  /** Whether what follows the first line is a file for the store; its reference is added to the input as `file`. */
  file: z.boolean().default(false),
  /** Seconds to wait for the results; null to end at the broker's confirms. */
  wait: z.number().positive().nullable().default(null),
  input: z.record(z.string(), z.unknown()),
});
export type EnqueueRequest = z.output<typeof enqueueRequestSchema>;

/** The id of one job of a batch: a UUID of version 8 (RFC 9562) made from a SHA-256. */
export function jobIdOf(batch: string, number: number): string {
  const bytes = createHash('sha256').update(`${batch} ${number}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** In front of the id of a job that was sent and got no answer: it may run. */
export const unconfirmedMark = '? ';

/** Exit codes of `enqueue.mjs` besides 0. */
export const enqueueExit = {
  /** A job was not confirmed, ended dead, or has not ended in time; what was printed says which. */
  failed: 1,
  wrongRequest: 2,
  /** The broker takes no jobs: it is short of disk or memory. */
  blocked: 4,
} as const;
