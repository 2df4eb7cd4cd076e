import * as z from 'zod';

/** The body of a job message. `input` is checked by the worker's own schema, not here. */
export const jobSchema = z.object({
  /** Also the AMQP message-id and the name of the result record; the key of idempotency. */
  id: z.uuid(),
  /** The worker for this job, for example `image-resizer`. */
  kind: z.string().min(1),
  input: z.unknown(),
});
export type Job = z.output<typeof jobSchema>;

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
export const jobProperties = (job: Pick<Job, 'id' | 'kind'>) => ({
  messageId: job.id,
  type: job.kind,
  contentType: 'application/json',
  persistent: true,
  mandatory: true,
  timestamp: Math.floor(Date.now() / 1000),
});
