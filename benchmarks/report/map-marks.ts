import { isInFrame, type Point, project } from '../../pages/map.ts';
import { type Colour, standIn } from '../../pages/palette.ts';
import { exchangeCities } from '../../provision/environment/benchmarks.ts';
import { findCity } from '../network/cities.ts';
import type { NetworkData } from '../network/result.ts';

const cross = 'path://M1 0L5 4L9 0L10 1L6 5L10 9L9 10L5 6L1 10L0 9L4 5L0 1Z';
const exchanges: readonly string[] = exchangeCities;

type City = NetworkData['cities'][number];
export const isAbroad = ({ country }: City): boolean => country !== 'Norway';

interface Look {
  readonly symbol: string;
  readonly size: number;
  readonly colour: Colour;
}

/**
 * One mark per city, for the scatter series. Cities without a known place, or outside the map, are only in the table.
 */
export function marks(network: Pick<NetworkData, 'cities' | 'roundTrips'>): object[] {
  const answered = network.roundTrips.filter(({ min_ms }) => min_ms !== null).map(({ city }) => city);
  // If two names would overlap, the one drawn first stays.
  const names = [...new Set([...exchanges, ...answered, ...network.cities.map(({ city }) => city)])];
  const points = new Map(names.map((name) => [name, pointOf(name)]));
  return names.flatMap((name) => {
    const value = points.get(name);
    if (!value) return [];
    const others = names.map((other) => (other === name ? null : (points.get(other) ?? null)));
    const city = network.cities.find((one) => one.city === name);
    const { symbol, size, colour } = lookOf(name, city, answered.includes(name));
    return [
      {
        name,
        value,
        symbol,
        symbolSize: size,
        itemStyle: { color: standIn(colour), opacity: 1 },
        label: {
          position: sideOf(value, others),
          color: standIn(colour === 'muted' ? 'muted' : 'ink'),
          fontWeight: exchanges.includes(name) ? 600 : 400,
        },
      },
    ];
  });
}

function lookOf(name: string, city: City | undefined, hasTarget: boolean): Look {
  if (exchanges.includes(name)) {
    const symbol = hasTarget ? 'diamond' : 'emptyDiamond';
    return { symbol, size: 12, colour: city?.excluded ? 'muted' : 'blue' };
  }
  if (hasTarget && city?.excluded !== true) return { symbol: 'circle', size: 7, colour: 'blue' };
  if (city?.excluded) return { symbol: cross, size: 9, colour: 'muted' };
  return { symbol: 'emptyCircle', size: 8, colour: city !== undefined && isAbroad(city) ? 'bad' : 'blue' };
}

function pointOf(name: string): Point | null {
  const city = findCity(name);
  const point = city === undefined ? null : project(city);
  return point !== null && isInFrame(point) ? point : null;
}

/**
 * Where a name goes: to the right, unless another mark is there. A name is up to 400 km long on a phone, and 70 km
 * high.
 */
function sideOf([x, y]: Point, others: readonly (Point | null)[]): 'right' | 'left' | 'bottom' {
  const near = others.flatMap((other) => (other !== null && Math.abs(other[1] - y) < 90 ? [other[0] - x] : []));
  if (!near.some((east) => east > 0 && east < 400)) return 'right';
  return near.some((east) => east < 0 && east > -400) ? 'bottom' : 'left';
}
