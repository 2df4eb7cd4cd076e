import { medianSorted } from 'simple-statistics';
import { coinProbabilities, firstReaching, normal975, sum } from './distributions.ts';
import { ascending, betweenRanks, type Interval, tail } from './interval.ts';

/** Above this, the normal distribution is close enough to the binomial one. */
const exactUpTo = 1000;

/**
 * The median with its order statistic interval. The true median is between the k-th value from below and the k-th from
 * above as often as a fair coin falls between k and n − k times on one side. Assumes nothing about the distribution.
 * Bounds are null below 6 samples. Throws Error if there are no samples.
 */
export function medianInterval(samples: readonly number[]): Interval {
  const sorted = ascending(samples);
  const { k, coverage } = ranksAround(sorted.length);
  return betweenRanks(medianSorted(sorted), sorted, k, coverage);
}

function ranksAround(n: number): { k: number; coverage: number } {
  if (n > exactUpTo) return { k: Math.floor((n - normal975 * Math.sqrt(n)) / 2), coverage: 1 - 2 * tail };
  const probabilities = coinProbabilities(n);
  const k = firstReaching(tail, probabilities);
  return { k, coverage: 1 - 2 * sum(probabilities.subarray(0, k)) };
}
