import type { Result } from '../result.ts';

/** As many runs make a sample of their own; older ones may be of another machine below the same name. */
const mostRuns = 6;

/** The newest runs of a host that are alike: all quick or all in full, as the last one is. */
export function latestAlike(runs: readonly Result[]): readonly Result[] {
  const last = runs.at(-1);
  return last === undefined ? [] : runs.filter(({ quick }) => quick === last.quick).slice(-mostRuns);
}
