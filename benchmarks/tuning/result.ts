import * as z from 'zod';
import { evidenceSchema } from '../result.ts';
import { comparisonSchema, directions, effects, limitsSchema } from '../statistics/effect.ts';
import { groupNames, sides, skipStates } from './groups.ts';
import { metricNames } from './metric.ts';

const sampleSchema = z.strictObject({
  /** The measurement's name, also the name of its raw output: `tuning/write-back 03 A`. */
  name: z.string(),
  side: z.enum(sides),
  startedAt: z.iso.datetime(),
  /** In the metric's unit. */
  value: z.number(),
});
export type TuningSample = z.output<typeof sampleSchema>;

export const tuningGroupSchema = z.strictObject({
  group: z.enum(groupNames),
  /** `partial`: the measurement broke off, and `reason` says why. */
  state: z.enum(['measured', 'partial', ...skipStates]),
  reason: z.string().nullable(),
  settings: z.array(z.strictObject({ key: z.string(), stock: z.string(), ours: z.string() })),
  metric: z
    .strictObject({ name: z.enum(metricNames), words: z.string(), unit: z.string(), better: z.enum(directions) })
    .nullable(),
  samples: z.array(sampleSchema),
  /** A is stock Debian, B is Jernverk. Null if a side has no samples. */
  comparison: comparisonSchema.nullable(),
  /** Null if the group was not measured. */
  effect: z.enum(effects).nullable(),
  words: z.string(),
});
export type TuningGroup = z.output<typeof tuningGroupSchema>;

/** What the kernel topic's settings do on one host. */
export const tuningSchema = z.strictObject({
  format: z.literal('jernverk-tuning/1'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  host: z.string(),
  kernel: z.string(),
  quick: z.boolean(),
  perSide: z.int(),
  limits: limitsSchema,
  groups: z.array(tuningGroupSchema),
});
export type Tuning = z.output<typeof tuningSchema>;

/** The same as stored, with the raw output that it was read from. */
export const tuningResultSchema = tuningSchema.extend({ evidence: z.array(evidenceSchema) });
export type TuningResult = z.output<typeof tuningResultSchema>;
