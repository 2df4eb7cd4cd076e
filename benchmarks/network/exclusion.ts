import { cities } from './cities.ts';
import { floor_ms } from './geography.ts';
import type { NetworkData, RoundTrip } from './result.ts';
import type { Target } from './targets.ts';

/**
 * The cities in which the host cannot be: from there, light in fibre could not have reached a target and come back
 * within the shortest round trip that was measured. Delay can be added on the way but never removed, so a longer round
 * trip says nothing, and a city that is not excluded is not proven. This holds if a target is where the list says. A
 * target that cannot be there according to another measurement is left out.
 */
export function excludedCities(
  targets: readonly Target[],
  roundTrips: readonly Pick<RoundTrip, 'target' | 'min_ms' | 'contradictedBy'>[],
): NetworkData['cities'] {
  const shortest = new Map(
    roundTrips.map(({ target, min_ms, contradictedBy }) => [target, contradictedBy === null ? min_ms : null]),
  );
  return cities.map((city) => {
    const [best] = targets
      .flatMap((target) => {
        const min_ms = shortest.get(target.name) ?? null;
        const floor = floor_ms(city, target.place);
        return min_ms === null || min_ms >= floor ? [] : { by: target.name, floor, margin: floor - min_ms };
      })
      .toSorted((a, b) => b.margin - a.margin);
    return {
      city: city.name,
      country: city.country,
      excluded: best !== undefined,
      by: best?.by ?? null,
      floor_ms: best?.floor ?? null,
    };
  });
}
