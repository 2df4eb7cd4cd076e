import type { Result } from '../result.ts';

/** As many runs make a sample of their own; older ones may be of another machine below the same name. */
const mostRuns = 6;

/** The newest runs of a host that are alike: all quick or all in full, as the last one is. */
export function latestAlike(runs: readonly Result[], most = mostRuns): readonly Result[] {
  const last = runs.at(-1);
  return last === undefined ? [] : runs.filter(({ quick }) => quick === last.quick).slice(-most);
}

/** The newest runs that are alike as two halves, the earlier and the later ones: as many on each side. */
export function halvesOf(runs: readonly Result[]): {
  readonly before: readonly Result[];
  readonly after: readonly Result[];
} {
  const alike = latestAlike(runs, 2 * mostRuns);
  const half = Math.floor(alike.length / 2);
  return { before: alike.slice(alike.length - 2 * half, alike.length - half), after: alike.slice(alike.length - half) };
}
