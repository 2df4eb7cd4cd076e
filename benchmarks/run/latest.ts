import type { Result } from '../result.ts';

/** Enough runs for a comparison between runs. Older ones may be of another machine that had the same name. */
const mostRuns = 6;

/** Returns the newest runs of a host that are of the same kind as the last one: all quick or all full. */
export function latestAlike(runs: readonly Result[], most = mostRuns): readonly Result[] {
  const last = runs.at(-1);
  return last === undefined ? [] : runs.filter(({ quick }) => quick === last.quick).slice(-most);
}

/** Returns the newest runs of the same kind in two halves of equal size, the earlier and the later ones. */
export function halvesOf(runs: readonly Result[]): {
  readonly before: readonly Result[];
  readonly after: readonly Result[];
} {
  const alike = latestAlike(runs, 2 * mostRuns);
  const half = Math.floor(alike.length / 2);
  return { before: alike.slice(alike.length - 2 * half, alike.length - half), after: alike.slice(alike.length - half) };
}
