import * as z from 'zod';
import { percent } from '../numbers.ts';
import { holm } from './holm.ts';
import { type Interval, intervalSchema } from './interval.ts';
import { medianInterval } from './median.ts';
import { methods, rankSumTest } from './rank-sum.ts';
import { ratioInterval, shiftInterval } from './shift.ts';

/** How B compares with A. `no evidence` does not mean equal: there may be too few samples. */
export const effects = ['better', 'worse', 'no evidence'] as const;
export type Effect = (typeof effects)[number];

export const directions = ['lower', 'higher'] as const;
/** Which direction of a figure is better. */
export type Direction = (typeof directions)[number];

/** With fewer samples on a side there is no finding: the smallest possible p of 3 against 3 is 0.1. */
export const leastSamples = 6;

export const limitsSchema = z.strictObject({
  /** Probability of a wrong finding, over all metrics together. */
  alpha: z.number().gt(0).lt(1).default(0.05),
  /** The smallest shift that matters, as a share of the median of A. */
  threshold: z.number().min(0).default(0.05),
});
export type Limits = z.output<typeof limitsSchema>;
export const defaultLimits: Limits = limitsSchema.parse({});

const summarySchema = intervalSchema.extend({ samples: z.int() });

/** Two sets of samples of one figure. Shift and ratio are B relative to A. */
export const comparisonSchema = z.strictObject({
  a: summarySchema,
  b: summarySchema,
  shift: intervalSchema,
  /** Null if a value is not positive. */
  ratio: intervalSchema.nullable(),
  u: z.number(),
  p: z.number(),
  /** After Holm's correction over all metrics that are compared together. */
  pAdjusted: z.number(),
  method: z.enum(methods),
  effect: z.enum(effects),
  /** Why the effect is what it is, in a few words. */
  reason: z.string(),
});
export type Comparison = z.output<typeof comparisonSchema>;

export interface Pair {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly better: Direction;
  /** A larger threshold than the common one, for a figure that is known to be coarser. */
  readonly threshold?: number;
}

/**
 * Compares B with A in all metrics at once. B is better or worse if p, corrected for the number of metrics, is below
 * alpha, the shift is at least the threshold, and there are at least 6 samples a side. Throws Error if a side has no
 * samples.
 */
export function compareAll(pairs: readonly Pair[], limits: Limits = defaultLimits): Comparison[] {
  const tests = pairs.map(({ a, b }) => rankSumTest(b, a));
  // A metric with too few samples cannot become a finding, so it must not make the others harder to find.
  const enough = pairs.flatMap((pair, index) => (leastOf(pair) < leastSamples ? [] : [index]));
  const corrected = holm(enough.map((index) => tests[index]?.p ?? 1));
  const adjusted = new Map(enough.map((index, place) => [index, corrected[place]]));
  return pairs.map((pair, index) => {
    const { a, b } = pair;
    const test = tests[index] ?? rankSumTest(b, a);
    const summary = { a: summarise(a), b: summarise(b), shift: shiftInterval(a, b), ratio: ratioInterval(a, b) };
    const pAdjusted = adjusted.get(index) ?? test.p;
    return { ...summary, ...test, pAdjusted, ...judge(pair, summary.a, summary.shift, pAdjusted, limits) };
  });
}

const leastOf = ({ a, b }: Pair): number => Math.min(a.length, b.length);

const summarise = (samples: readonly number[]) => ({ ...medianInterval(samples), samples: samples.length });

function judge(
  pair: Pair,
  median: Interval,
  shift: Interval,
  p: number,
  limits: Limits,
): Pick<Comparison, 'effect' | 'reason'> {
  const least = leastOf(pair);
  if (least < leastSamples) {
    return { effect: 'no evidence', reason: `n too small: ${least} on a side, ${leastSamples} are needed` };
  }
  const threshold = pair.threshold ?? limits.threshold;
  const chance = `p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`}`;
  if (p >= limits.alpha) return { effect: 'no evidence', reason: `chance may explain it: ${chance}` };
  if (shift.estimate === 0 || Math.abs(shift.estimate) < threshold * Math.abs(median.estimate)) {
    return { effect: 'no evidence', reason: `a shift below ${percent(threshold)} does not matter: ${chance}` };
  }
  return { effect: shift.estimate < 0 === (pair.better === 'lower') ? 'better' : 'worse', reason: chance };
}
