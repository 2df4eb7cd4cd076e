/**
 * Returns the value at or below which this share (0 to 1) of the samples is, by the nearest rank. Null if there are no
 * samples.
 */
export function nearestRank(samples: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** Returns the same value. Throws Error if there are no samples. */
export function percentile(samples: readonly number[], share: number): number {
  const value = nearestRank(samples, share);
  if (value === null) throw new Error('a percentile of no samples');
  return value;
}
