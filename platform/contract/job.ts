import * as z from 'zod';

/**
 * Version of the envelope. Fields are only ever added, so a slot reads every older envelope and the next one, which a
 * deploy brings while it still runs.
 */
export const envelopeVersion = 1;

/** The body of a job message: an envelope around the input. */
export const jobSchema = z.object({
  version: z
    .int()
    .min(1)
    .max(envelopeVersion + 1),
  /**
   * UUIDv7, or UUIDv8 if it is derived. Also the AMQP message-id and the name of the result record; the key of
   * idempotency.
   */
  id: z.uuid(),
  /** Number of this copy of the job. Each time that it is published, the number is one higher. */
  publication: z.int().min(1),
  /** The worker for this job, for example `image-resizer`. */
  worker: z.string().min(1),
  /** Who handed it over. */
  client: z.string().min(1),
  /** Checked by the worker's own schema, not here. */
  input: z.unknown(),
  created: z.iso.datetime(),
  /** When it is published at the earliest. Null for at once. */
  notBefore: z.iso.datetime().nullable(),
  /** When its result is of no use any more. Null for never. */
  deadline: z.iso.datetime().nullable(),
  priority: z.int().min(0).max(9),
  /** HMAC of the person that the job is about, so that all jobs of that person can be erased. Null for nobody. */
  subject: z.string().nullable(),
  /** W3C traceparent of the request that handed it over. Null if there was none. */
  trace: z.string().nullable(),
});
export type Job = z.output<typeof jobSchema>;

/** Returns a job that runs at once and is about nobody. */
export const newJob = (given: Pick<Job, 'id' | 'worker' | 'client' | 'input'>, now: Date): Job => ({
  version: envelopeVersion,
  publication: 1,
  created: now.toISOString(),
  notBefore: null,
  deadline: null,
  priority: 0,
  subject: null,
  trace: null,
  ...given,
});

/** Levels of nested lists and objects. Code that serialises JSON recurses once per level on the stack. */
export const deepestOutput = 100;
export const nestsAtMost = (levels: number, value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => nestsAtMost(levels - 1, inner)));

/** How a job ended, kept as `results/<job id>.json` in the file store. It is on disk before the broker gets its ack. */
export const resultRecordSchema = z.object({
  id: z.uuid(),
  state: z.enum(['done', 'dead']),
  /** What the handler returned. Null if the job is dead or the output that a worker wrote is nested too deeply. */
  output: z.unknown().transform((output) => (nestsAtMost(deepestOutput, output) ? output : null)),
  /** Why the job is dead. Null if it is done. */
  reason: z.string().nullable(),
  /** ISO 8601, UTC. */
  finishedAt: z.string(),
});
export type ResultRecord = z.output<typeof resultRecordSchema>;

/** Reads a result record. Null if the text is not one or is damaged. */
export function parseResult(text: string): ResultRecord | null {
  try {
    return resultRecordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Reference to a file in the claim-check store, by its content: `sha256:` and 64 hex digits. */
export const fileReference = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, { error: 'a file reference: "sha256:" and 64 hex digits' });

/** Returns the path of a result record below the root of the file store. */
export const resultPath = (id: string): string => `results/${id}.json`;

/** Returns the path of a file below the root of the file store. */
export const filePath = (reference: string): string => {
  const digest = fileReference.parse(reference).slice('sha256:'.length);
  return `sha256/${digest.slice(0, 2)}/${digest}`;
};

/** AMQP headers of a message in the dead queue. */
export const reasonHeader = 'x-jernverk-reason';
export const attemptHeader = 'x-jernverk-attempt';

/** AMQP properties of every job message. */
export const jobProperties = (job: Pick<Job, 'id' | 'worker' | 'created'>) => ({
  messageId: job.id,
  type: job.worker,
  contentType: 'application/json',
  persistent: true,
  mandatory: true,
  timestamp: Math.floor(Date.parse(job.created) / 1000),
});
