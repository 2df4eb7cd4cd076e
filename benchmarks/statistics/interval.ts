import * as z from 'zod';

/** An estimate with its 95 % interval. Null bounds: too few samples for an interval. */
export const intervalSchema = z.strictObject({
  estimate: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Probability that such an interval contains the true value, 0 to 1: at least 0.95, more with few samples. */
  coverage: z.number().nullable(),
});
export type Interval = z.output<typeof intervalSchema>;

/** Probability outside the interval, on each side. */
export const tail = 0.025;

export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** From the k-th value (1 is the first) to the k-th from the end. k = 0 gives no interval. */
export function betweenRanks(estimate: number, sorted: readonly number[], k: number, coverage: number): Interval {
  const [low, high] = [sorted[k - 1], sorted[sorted.length - k]];
  if (k < 1 || low === undefined || high === undefined) return { estimate, low: null, high: null, coverage: null };
  return { estimate, low, high, coverage };
}
