import type { ConsumeMessage } from 'amqplib';
import * as z from 'zod';
import { type Job, jobSchema } from '../contract/job.ts';
import { messageOf } from './failure.ts';

/** A message as it was read. Pure data. */
export type Delivery =
  | { readonly kind: 'job'; readonly job: Job; readonly attempt: number; readonly redelivered: boolean }
  | { readonly kind: 'unusable'; readonly id: string | null; readonly attempt: number; readonly reason: string };

/** Reads a message for this worker. */
export function readDelivery(message: ConsumeMessage, worker: string): Delivery {
  const attempt = attemptOf(message);
  const unusable = (reason: string, id = idOf(message)): Delivery => ({ kind: 'unusable', id, attempt, reason });
  const body = parseJson(message.content.toString('utf8'));
  if (!body.ok) return unusable(`the message is not JSON: ${body.reason}`);
  const parsed = jobSchema.safeParse(body.value);
  if (!parsed.success) return unusable(`the message is not a job: ${describe(parsed.error)}`);
  const job = parsed.data;
  if (job.worker !== worker)
    return unusable(`it is for the worker "${job.worker}", and this one is "${worker}"`, job.id);
  return { kind: 'job', job, attempt, redelivered: message.fields.redelivered };
}

/** Returns all issues of a schema in one line, each with its path. */
export const describe = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'job'}: ${issue.message}`).join('; ');

/** Quorum queues count returned deliveries. The header is absent on the first delivery. */
function attemptOf(message: ConsumeMessage): number {
  const count: unknown = message.properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count + 1 : 1;
}

function idOf(message: ConsumeMessage): string | null {
  const id = z.uuid().safeParse(message.properties.messageId);
  return id.success ? id.data : null;
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}
