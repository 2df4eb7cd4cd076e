import { createHash } from 'node:crypto';
import * as z from 'zod';
import { brokerSettingsSchema } from './slot-settings.ts';

/**
 * The request to `enqueue.mjs`, on the first line of its standard input. Nobody else may read a job's input, and every
 * account of the host can read a process's arguments and variables, so none of it is passed that way.
 */
export const enqueueRequestSchema = z.strictObject({
  worker: z.string().min(1),
  broker: brokerSettingsSchema,
  /** Root of the worker's file store. */
  files: z.string().min(1),
  /**
   * Id of the first job. Those of the others are derived from it, so the caller can name each job whatever the reply
   * is.
   */
  batch: z.uuidv7(),
  /** Number of jobs with this input. */
  count: z.int().min(1).default(1),
  /** Number of jobs that may wait for their confirm at the same time. */
  window: z.int().min(1).max(1000).default(1),
  /** Whether the bytes after the first line are a file for the store. Its reference is added to the input as `file`. */
  file: z.boolean().default(false),
  /** Seconds to wait for the results. Null to end when the broker has confirmed. */
  wait: z.number().positive().nullable().default(null),
  input: z.record(z.string(), z.unknown()),
});
export type EnqueueRequest = z.output<typeof enqueueRequestSchema>;

/**
 * Returns the id of one job of a batch. The first has the batch's own. The others have a UUID of version 8 (RFC 9562):
 * the batch's time, so that ids sort by time, and a SHA-256.
 */
export function jobIdOf(batch: string, number: number): string {
  if (number === 0) return batch;
  const time = Buffer.from(batch.replaceAll('-', ''), 'hex').subarray(0, 6);
  const hash = createHash('sha256').update(`${batch} ${number}`).digest();
  const bytes = Buffer.concat([time, hash]).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Put before the id of a job that was sent and not confirmed: it may run. */
export const unconfirmedMark = '? ';

/** Exit codes of `enqueue.mjs` other than 0. */
export const enqueueExit = {
  /** A job was not confirmed, ended dead, or did not end in time. The output says which. */
  failed: 1,
  wrongRequest: 2,
  /** The broker accepts no jobs because it is short of disk or memory. */
  blocked: 4,
} as const;
