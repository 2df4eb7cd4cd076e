import { type ExchangeCity, exchangeCities } from '../../provision/environment/benchmarks.ts';
import type { Place } from './geography.ts';

export interface City extends Place {
  readonly name: string;
  readonly country: string;
}

const city = (name: string, country: string, latitude: number, longitude: number): City => ({
  name,
  country,
  latitude,
  longitude,
});

/**
 * Where a host might be, and where targets are. For an exchange city the place is that of its exchange (NIX1 is at
 * Gaustadalléen in Oslo), for the others that of the centre. If a round trip is below a city's floor by less than light
 * needs across a town (0.1 ms for 10 km), that says little.
 */
export const cities: readonly City[] = [
  city('Oslo', 'Norway', 59.9434, 10.7184),
  city('Bergen', 'Norway', 60.3913, 5.3221),
  city('Stavanger', 'Norway', 58.97, 5.7331),
  city('Trondheim', 'Norway', 63.4305, 10.3951),
  city('Tromsø', 'Norway', 69.6492, 18.9553),
  city('Kjeller', 'Norway', 59.9748, 11.0456),
  city('Kristiansand', 'Norway', 58.1462, 7.9956),
  city('Hamar', 'Norway', 60.7945, 11.068),
  city('Ålesund', 'Norway', 62.4722, 6.1495),
  city('Bodø', 'Norway', 67.2804, 14.4049),
  city('Göteborg', 'Sweden', 57.7089, 11.9746),
  city('Karlstad', 'Sweden', 59.3793, 13.5036),
  city('Stockholm', 'Sweden', 59.3293, 18.0686),
  city('Malmö', 'Sweden', 55.605, 13.0038),
  city('Luleå', 'Sweden', 65.5848, 22.1547),
  city('København', 'Denmark', 55.6761, 12.5683),
  city('Aarhus', 'Denmark', 56.1629, 10.2039),
  city('Helsinki', 'Finland', 60.1699, 24.9384),
  city('Tallinn', 'Estonia', 59.437, 24.7536),
  city('Hamburg', 'Germany', 53.5511, 9.9937),
  city('Berlin', 'Germany', 52.52, 13.405),
  city('Frankfurt', 'Germany', 50.1109, 8.6821),
  city('Amsterdam', 'Netherlands', 52.3676, 4.9041),
  city('London', 'United Kingdom', 51.5074, -0.1278),
  city('Dublin', 'Ireland', 53.3498, -6.2603),
  city('Paris', 'France', 48.8566, 2.3522),
  city('Warszawa', 'Poland', 52.2297, 21.0122),
  city('Zürich', 'Switzerland', 47.3769, 8.5417),
];

const byName: ReadonlyMap<string, City> = new Map(cities.map((one) => [one.name, one]));

export const findCity = (name: string): City | undefined => byName.get(name);

/** Every city with an exchange is in the list; a test checks that. */
export function exchangePlace(name: ExchangeCity): City {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`no place is known for ${name}; known are ${exchangeCities.join(', ')}`);
  return found;
}
