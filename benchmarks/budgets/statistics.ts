import { percentile } from '../statistics/percentile.ts';

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/**
 * Events per second between event number `warm` and the last one. Times are milliseconds, in any order. Throws Error if
 * there are too few events.
 */
export function rate(times: readonly number[], warm: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  const [first, last] = [sorted[warm], sorted.at(-1)];
  if (first === undefined || last === undefined || last <= first) throw new Error(`too few events: ${times.length}`);
  return ((sorted.length - 1 - warm) / (last - first)) * 1000;
}
