import { medianSorted } from 'simple-statistics';
import { normal975, rankSumAtMost, rankSumQuantile } from './distributions.ts';
import { ascending, betweenRanks, type Interval, tail } from './interval.ts';
import { isSmall, standardError, tieSizes } from './rank-sum.ts';

/**
 * Hodges and Lehmann's shift from `from` to `to`: the median of all differences between them, with Moses' 95 %
 * interval. It goes with the U test: the interval contains exactly the shifts that the test would not reject. With few
 * samples and ties it is wider than necessary. Bounds are null if there are too few samples (3 against 3). Throws Error
 * if a sample is empty.
 */
export function shiftInterval(from: readonly number[], to: readonly number[]): Interval {
  const differences = Float64Array.from(from.flatMap((a) => to.map((b) => b - a))).sort();
  const { k, coverage } = ranksAround(from, to);
  return betweenRanks(medianSorted([...differences]), [...differences], k, coverage);
}

/** The ratio of `to` to `from` with its interval: the shift of the logarithms. Null if any value is not positive. */
export function ratioInterval(from: readonly number[], to: readonly number[]): Interval | null {
  if (Math.min(...ascending(from).slice(0, 1), ...ascending(to).slice(0, 1)) <= 0) return null;
  const { estimate, low, high, coverage } = shiftInterval(from.map(Math.log), to.map(Math.log));
  const back = (value: number | null): number | null => (value === null ? null : Math.exp(value));
  return { estimate: Math.exp(estimate), low: back(low), high: back(high), coverage };
}

function ranksAround(from: readonly number[], to: readonly number[]): { k: number; coverage: number } {
  const [m, n] = [from.length, to.length];
  if (isSmall(from, to)) {
    const k = rankSumQuantile(tail, m, n);
    return { k, coverage: 1 - 2 * rankSumAtMost(k - 1, m, n) };
  }
  // The continuity correction of the test, in the opposite direction.
  const reach = normal975 * standardError(m, n, tieSizes([...from, ...to]));
  return { k: Math.max(0, Math.floor((m * n) / 2 - reach + 0.5)), coverage: 1 - 2 * tail };
}
