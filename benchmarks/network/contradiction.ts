import { floor_ms } from './geography.ts';
import type { RoundTrip } from './result.ts';
import type { Target } from './targets.ts';

/**
 * Finds pairs of targets that cannot both be where the list says: a host so near to both would have to be in two
 * places. The way between two targets through the host is never shorter than the direct one, so their two shortest
 * round trips must add up to at least what light needs between them. Finds servers that have moved or that answer from
 * many places. Returns, for each target in such a pair, the other one.
 */
export function contradictions(
  targets: readonly Target[],
  roundTrips: readonly Pick<RoundTrip, 'target' | 'min_ms'>[],
): ReadonlyMap<string, string> {
  const shortest = new Map(roundTrips.map(({ target, min_ms }) => [target, min_ms]));
  const pairs = targets.flatMap((one): [string, string][] => {
    const mine = shortest.get(one.name) ?? null;
    const others = targets.filter((other) => {
      const theirs = shortest.get(other.name) ?? null;
      return mine !== null && theirs !== null && mine + theirs < floor_ms(one.place, other.place);
    });
    return others.slice(0, 1).map((other) => [one.name, other.name]);
  });
  return new Map(pairs);
}
