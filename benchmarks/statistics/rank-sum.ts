import { wilcoxonRankSum } from 'simple-statistics';
import { normalTwoSided, rankSumAtMost, sum } from './distributions.ts';

export const methods = ['exact', 'normal'] as const;

export interface RankSumTest {
  /** The number of pairs in which the value of `x` is the greater one. A tie counts half. R's W. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
  /** Exact for fewer than 50 samples a side without ties; otherwise the normal approximation, as in R. */
  readonly method: (typeof methods)[number];
}

const exactBelow = 50;
export const isSmall = (x: readonly number[], y: readonly number[]): boolean =>
  x.length < exactBelow && y.length < exactBelow;

/**
 * Mann and Whitney's U test: whether the values of one sample tend to be greater than those of the other. It assumes
 * nothing about the distributions: benchmark samples have heavy tails and several modes. Throws Error if a sample is
 * empty.
 */
export function rankSumTest(x: readonly number[], y: readonly number[]): RankSumTest {
  const [m, n] = [x.length, y.length];
  const u = wilcoxonRankSum(x, y) - (m * (m + 1)) / 2;
  const ties = tieSizes([...x, ...y]);
  if (isSmall(x, y) && ties.length === 0) {
    return { u, p: Math.min(1, 2 * rankSumAtMost(Math.min(u, m * n - u), m, n)), method: 'exact' };
  }
  const error = standardError(m, n, ties);
  // Continuity correction: U moves in steps of one and the normal distribution does not, so half a step towards the
  // middle.
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5);
  return { u, p: error === 0 ? 1 : Math.min(1, normalTwoSided(distance / error)), method: 'normal' };
}

/** The standard error of U. Ties make it smaller. */
export function standardError(m: number, n: number, ties: readonly number[]): number {
  const total = m + n;
  const tied = sum(ties.map((size) => size ** 3 - size)) / (total * (total - 1));
  return Math.sqrt(((m * n) / 12) * (total + 1 - tied));
}

/** For each value that occurs more than once: how often it occurs. */
export function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}
