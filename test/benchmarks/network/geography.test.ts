import { describe, expect, it } from 'vitest';
import { cities, exchangePlace, findCity } from '../../../benchmarks/network/cities.ts';
import { contradictions } from '../../../benchmarks/network/contradiction.ts';
import { exchangeOf, exchanges } from '../../../benchmarks/network/exchanges.ts';
import { excludedCities } from '../../../benchmarks/network/exclusion.ts';
import { distance_km, floor_ms, lightThereAndBack_ms } from '../../../benchmarks/network/geography.ts';
import { exchangeCities } from '../../../provision/environment/benchmarks.ts';

const oslo = exchangePlace('Oslo');

it('the great circle is as long as published: a degree on the equator, a quarter of the way around', () => {
  expect(distance_km({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 1 })).toBeCloseTo(111.195, 2);
  expect(distance_km({ latitude: 90, longitude: 0 }, { latitude: 0, longitude: 42 })).toBeCloseTo(10_007.56, 1);
  expect(distance_km(oslo, oslo)).toBe(0);
});

it('light in fibre comes 306 km far and back in 3 ms', () => {
  expect(lightThereAndBack_ms(306.3)).toBeCloseTo(3, 2);
});

// Computed independently, from the exchange NIX1 at Gaustad to city centres.
it.each([
  ['Bergen', 2.96],
  ['Stavanger', 2.96],
  ['Trondheim', 3.8],
  ['Tromsø', 11.2],
  ['Stockholm', 4.1],
  ['København', 4.77],
  ['Hamburg', 6.98],
  ['Helsinki', 7.7],
  ['Amsterdam', 9.0],
  ['Frankfurt', 10.8],
  ['London', 11.3],
  ['Göteborg', 2.53],
  ['Karlstad', 1.65],
])('from Oslo to %s and back light needs %d ms', (name, expected) => {
  const city = findCity(name);
  if (city === undefined) throw new Error('not in the list');
  expect(Math.abs(floor_ms(oslo, city) - expected)).toBeLessThan(0.06);
});

it('each exchange city and each city of an exchange has a place, and no city is there twice', () => {
  for (const name of exchangeCities) expect(exchangePlace(name).country).toBe('Norway');
  for (const { city } of exchanges) expect(findCity(city)).toBeDefined();
  expect(new Set(cities.map(({ name }) => name)).size).toBe(cities.length);
});

it.each([
  ['185.1.55.90', 'NIX1'],
  ['2001:7f8:12:1:0:1:0:8075', 'NIX1'],
  ['193.156.90.7', 'NIX1'],
  ['185.1.65.63', 'NIX2'],
  ['185.1.65.64', undefined],
  ['185.1.65.129', 'BIX'],
  ['185.1.65.161', 'TRDIX'],
  ['185.1.65.193', 'TIX'],
  ['185.1.65.225', 'SIX'],
  ['2001:7f8:41::1', 'FIXO'],
  ['129.240.2.6', undefined],
  ['not an address', undefined],
])('%s is in the network of %s', (address, name) => {
  expect(exchangeOf(address)?.name).toBe(name);
});

describe('a round trip to Oslo', () => {
  const target = {
    name: 'ntp',
    city: 'Oslo',
    place: oslo,
    operator: 'somebody',
    protocol: 'ntp',
    host: 'ntp.example.no',
    port: 123,
    zone: null,
  } as const;
  const excludedBy = (min_ms: number | null): string[] =>
    excludedCities([target], [{ target: 'ntp', min_ms, contradictedBy: null }])
      .filter((city) => city.excluded)
      .map(({ city }) => city);

  it('of 2.9 ms excludes Stockholm and all that is farther, but not Göteborg and Karlstad', () => {
    const excluded = excludedBy(2.9);
    expect(excluded).toEqual(
      expect.arrayContaining(['Stockholm', 'København', 'Hamburg', 'Helsinki', 'Amsterdam', 'Frankfurt', 'London']),
    );
    expect(excluded).not.toContain('Göteborg');
    expect(excluded).not.toContain('Karlstad');
    expect(excluded).not.toContain('Oslo');
  });

  it('of less than light needs to the border excludes every city abroad', () => {
    const abroad = cities.filter(({ country }) => country !== 'Norway').map(({ name }) => name);
    expect(excludedBy(0.69)).toEqual(expect.arrayContaining(abroad));
  });

  it('that is long, or was never answered, excludes nothing', () => {
    expect(excludedBy(60)).toEqual([]);
    expect(excludedBy(null)).toEqual([]);
  });

  it('names the target that leaves the least doubt, and what light would need', () => {
    const bergen = { ...target, name: 'far', city: 'Bergen', place: exchangePlace('Bergen') };
    const trips = [
      { target: 'ntp', min_ms: 1, contradictedBy: null },
      { target: 'far', min_ms: 7, contradictedBy: null },
    ];
    const london = excludedCities([target, bergen], trips).find(({ city }) => city === 'London');
    expect(london).toMatchObject({ excluded: true, by: 'ntp' });
    expect(london?.floor_ms).toBeCloseTo(11.3, 1);
  });

  it('and one to Bergen that are both too short to be true contradict each other, and neither excludes anything', () => {
    const bergen = { ...target, name: 'far', city: 'Bergen', place: exchangePlace('Bergen') };
    const oneThird = { ...target, name: 'third' };
    const all = [target, bergen, oneThird];
    const trips = (far: number) => [
      { target: 'ntp', min_ms: 0.5 },
      { target: 'far', min_ms: far },
      { target: 'third', min_ms: 4 },
    ];
    // Light needs 2.96 ms between the two.
    expect([...contradictions(all, trips(2.5))]).toEqual([]);
    expect([...contradictions(all, trips(2.4))]).toEqual([
      ['ntp', 'far'],
      ['far', 'ntp'],
    ]);
    const judged = trips(2.4).map((trip) => ({
      ...trip,
      contradictedBy: trip.target === 'third' ? null : 'the other',
    }));
    const by = new Set(excludedCities(all, judged).map((city) => city.by));
    expect(by).toEqual(new Set([null, 'third']));
  });
});
