import * as z from 'zod';

const rateSchema = z.strictObject({
  jobs: z.int(),
  duration_ms: z.number(),
  jobs_per_s: z.number(),
});

/** From just before the publish until the consumer has the job, at a fixed rate. */
export const endToEndSchema = z.strictObject({
  offered_per_s: z.number(),
  /** The rate that was really sent. Below the offered rate, the host cannot keep up. */
  reached_per_s: z.number(),
  jobs: z.int(),
  p50_ms: z.number(),
  p95_ms: z.number(),
  p99_ms: z.number(),
  max_ms: z.number(),
});

export const drainSampleSchema = z.strictObject({
  /** Milliseconds since the drain test began. */
  at_ms: z.number(),
  phase: z.enum(['fill', 'drain']),
  waiting: z.int(),
  /** Jobs published in the fill phase, or consumed in the drain phase, since the previous sample. */
  jobs_per_s: z.number(),
  brokerMemory_bytes: z.number().nullable(),
  /** The kernel's count for the broker's disk. Null if it does not count flushes. */
  flushes_per_s: z.number().nullable(),
  /** Mean time of a write to the broker's disk since the previous sample. */
  writeLatency_ms: z.number().nullable(),
});
export type DrainSample = z.output<typeof drainSampleSchema>;

export const queueSchema = z.strictObject({
  broker: z.string(),
  payload_bytes: z.int(),
  /** Publishing with confirms: many unconfirmed at a time, and one at a time. */
  publish: z.array(rateSchema.extend({ inFlight: z.int() })),
  consume: rateSchema.extend({ prefetch: z.int() }).nullable(),
  endToEnd: z.array(endToEndSchema),
  drain: z
    .strictObject({
      backlog: z.int(),
      /** True if the run was interrupted during the drain: the rates cover what was done until then. */
      partial: z.boolean().optional(),
      fill: rateSchema,
      drain: rateSchema,
      samples: z.array(drainSampleSchema),
    })
    .nullable(),
});
export type QueueData = z.output<typeof queueSchema>;
