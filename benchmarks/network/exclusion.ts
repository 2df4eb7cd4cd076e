import { cities } from './cities.ts';
import { floor_ms } from './geography.ts';
import type { NetworkData, RoundTrip } from './result.ts';
import type { Target } from './targets.ts';

/**
 * The cities in which the host cannot be: from there, light in fibre would not have reached a target and come back
 * within the shortest round trip that was seen. Delay can be added on the way but never taken off, so a longer round
 * trip says nothing, and what is not excluded is not proven. Holds as far as a target is where the list says: one
 * that cannot be there by what another measured is left out.
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
