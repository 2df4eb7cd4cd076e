import * as z from 'zod';
import { comparisonSchema, directions, limitsSchema } from '../statistics/effect.ts';

/**
 * What the samples of a figure are: one figure per run; or windows or samples of one run or a few, which do not show
 * how two runs differ; or a single figure, which has no interval.
 */
export const bases = ['runs', 'parts of runs', 'single'] as const;
export type Basis = (typeof bases)[number];

const sideSchema = z.strictObject({
  /** The host's name, with the day if both sides are the same host. */
  name: z.string(),
  runs: z.array(z.iso.datetime()),
});

export const followings = ['follows', 'follows in part', 'does not follow', 'nothing to follow', 'unknown'] as const;

/** Does the drain's ratio follow one of the disk's ratios? */
export const followSchema = z.strictObject({
  following: z.enum(followings),
  /** The disk figure whose ratio is nearest to the drain's. Null if there is none. */
  figure: z.string().nullable(),
  drain: z.number().nullable(),
  disk: z.array(z.strictObject({ id: z.string(), words: z.string(), ratio: z.number(), follows: z.boolean() })),
  words: z.string(),
});
export type Follow = z.output<typeof followSchema>;

export const compareRowSchema = z.strictObject({
  id: z.string(),
  subject: z.string(),
  metric: z.string(),
  better: z.enum(directions),
  basis: z.enum(bases),
  comparison: comparisonSchema,
});
export type CompareRow = z.output<typeof compareRowSchema>;

/** B against A, as `jernverk bench compare --json` prints it. */
export const compareResultSchema = z.strictObject({
  format: z.literal('jernverk-compare/1'),
  a: sideSchema,
  b: sideSchema,
  limits: limitsSchema,
  /** The smallest shift that counts, as a share, if the samples are parts of runs. */
  partsThreshold: z.number(),
  rows: z.array(compareRowSchema),
  /** Conditions in which the two sides differ. */
  notes: z.array(z.string()),
  drain: followSchema,
});
export type CompareResult = z.output<typeof compareResultSchema>;
