/** The value below which this share (0 to 1) of the samples lies, by the nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no samples');
  return value;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Events per second between the event number `warm` and the last one. Times are milliseconds, in any order. */
export function rate(times: readonly number[], warm: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const [first, last] = [sorted[warm], sorted.at(-1)];
  if (first === undefined || last === undefined || last <= first) throw new Error(`too few events: ${times.length}`);
  return ((sorted.length - 1 - warm) / (last - first)) * 1000;
}
