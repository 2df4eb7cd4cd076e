import type { CustomSeriesRenderItemAPI } from 'echarts';
import { registerMap } from 'echarts/core';
import { exchangeCities } from '../../../provision/environment/benchmarks.ts';
import { findCity } from '../../network/cities.ts';
import { lightThereAndBack_ms } from '../../network/geography.ts';
import type { NetworkData } from '../../network/result.ts';
import type { Result } from '../../result.ts';
import type { Chart, Shape } from '../chart.ts';
import {
  circle,
  clip,
  frame,
  isInFrame,
  northernEurope,
  type Point,
  project,
  sea,
  showsOutline,
} from '../geography.ts';
import { list, milliseconds } from '../numbers.ts';
import { type Colour, standIn } from '../palette.ts';
import { noPicture, type Picture, table } from '../picture.ts';
import { absence } from './absence.ts';

const title = 'Where this host can be';
const mapName = 'northern Europe';
const cross = 'path://M1 0L5 4L9 0L10 1L6 5L10 9L9 10L5 6L1 10L0 9L4 5L0 1Z';

/** Norway and its neighbours: exchanges, targets, and the cities from which light would not have come back so soon. */
export function mapPicture(result: Result): Picture {
  const network = result.network?.data ?? null;
  if (network === null || network.cities.length === 0)
    return noPicture('map', title, absence(result.network, 'network', 'No round trip says anything about the place.'));
  const excluded = network.cities.filter((city) => city.excluded).map(({ city }) => city);
  const left = network.cities.filter((city) => !city.excluded).map(({ city }) => city);
  const words =
    excluded.length === 0
      ? `No city is excluded: of the ${left.length} asked about, light could have come back from each in time.`
      : `Excluded: ${list(excluded)}, for light would not have come back from there so soon. ${left.length === 0 ? 'None is left of those asked about.' : `Not excluded: ${list(left)}.`}`;
  return {
    name: 'map',
    title,
    words,
    key: 'Diamonds: exchange cities. Dots: cities of targets that answered. Rings: as far as light in fibre comes in half the least round trip; the host is inside every ring. A ring that holds the whole map is left out. Crosses: excluded cities. Open dots: not excluded.',
    chart: chart(network),
    beside: cityTable(network),
  };
}

const cityTable = (network: NetworkData) =>
  table(
    'Cities that the round trips exclude',
    ['City', 'Country', 'Excluded', 'By the round trip to', 'Floor from there'],
    network.cities.map((city) => [
      city.city,
      city.country,
      city.excluded ? 'excluded' : 'not excluded',
      city.by ?? '–',
      milliseconds(city.floor_ms),
    ]),
  );

function chart(network: NetworkData): Chart {
  registerMap(mapName, JSON.stringify(northernEurope()));
  const width = (shape: Shape): number => (shape === 'wide' ? 560 : 350);
  const ratio = (frame.north - frame.south) / (frame.east - frame.west);
  return { width, height: (shape) => Math.round(width(shape) * ratio), option: () => option(network) };
}

interface Mark {
  readonly name: string;
  readonly value: Point;
  /** Where its name goes: to the right, unless another mark is there. */
  readonly side: 'right' | 'left' | 'bottom';
}

/** Cities without a known place, or outside of the map, are only in the table. */
function marks(names: readonly string[], all: readonly string[]): Mark[] {
  return [...new Set(names)].flatMap((name) => {
    const value = pointOf(name);
    if (value === null) return [];
    const others = all.map((other) => (other === name ? null : pointOf(other)));
    return [{ name, value, side: sideOf(value, others) }];
  });
}

function pointOf(name: string): Point | null {
  const city = findCity(name);
  const point = city === undefined ? null : project(city);
  return point !== null && isInFrame(point) ? point : null;
}

function sideOf([x, y]: Point, others: readonly (Point | null)[]): Mark['side'] {
  // A name is up to 400 km long on a phone, and some 70 km high.
  const near = others.flatMap((other) => (other !== null && Math.abs(other[1] - y) < 90 ? [other[0] - x] : []));
  if (!near.some((east) => east > 0 && east < 400)) return 'right';
  return near.some((east) => east < 0 && east > -400) ? 'bottom' : 'left';
}

function option(network: NetworkData): object {
  const all = [...exchangeCities, ...network.cities.map(({ city }) => city)];
  const answered = network.roundTrips.filter(({ min_ms }) => min_ms !== null).map(({ city }) => city);
  const exchanges: readonly string[] = exchangeCities;
  const cities = (excluded: boolean) =>
    network.cities.filter((city) => city.excluded === excluded).map(({ city }) => city);
  return {
    geo: {
      map: mapName,
      silent: true,
      aspectScale: 1,
      left: 0,
      right: 0,
      top: 0,
      bottom: 0,
      itemStyle: { areaColor: standIn('land'), borderColor: standIn('coast'), borderWidth: 0.6 },
      regions: [{ name: sea, itemStyle: { areaColor: standIn('panel'), borderWidth: 0 } }],
    },
    series: [
      rings(network),
      scatter(marks(cities(true), all), cross, 9, 'muted'),
      scatter(marks(cities(false), all), 'emptyCircle', 9, 'bad'),
      scatter(
        marks(
          answered.filter((city) => !exchanges.includes(city)),
          all,
        ),
        'circle',
        7,
        'blue',
      ),
      scatter(
        marks(
          exchanges.filter((city) => !answered.includes(city)),
          all,
        ),
        'emptyDiamond',
        11,
        'blue',
        true,
      ),
      scatter(
        marks(
          exchanges.filter((city) => answered.includes(city)),
          all,
        ),
        'diamond',
        12,
        'blue',
        true,
      ),
    ],
  };
}

const scatter = (data: readonly Mark[], symbol: string, symbolSize: number, colour: Colour, bold = false): object => ({
  type: 'scatter',
  coordinateSystem: 'geo',
  silent: true,
  data: data.map((mark) => ({ ...mark, label: { position: mark.side } })),
  symbol,
  symbolSize,
  itemStyle: { color: standIn(colour), opacity: 1 },
  label: {
    show: true,
    formatter: ({ name }: { name: string }) => name,
    color: standIn(colour === 'muted' ? 'muted' : 'ink'),
    fontSize: 12,
    fontWeight: bold ? 600 : 400,
    textBorderColor: standIn('paper'),
    textBorderWidth: 2.5,
  },
  labelLayout: { hideOverlap: true },
});

/** The smallest ring around each city of a target. */
function rings(network: NetworkData): object {
  const least = new Map<string, number>();
  for (const { city, min_ms } of network.roundTrips) {
    if (min_ms !== null) least.set(city, Math.min(min_ms, least.get(city) ?? Number.POSITIVE_INFINITY));
  }
  const shapes = [...least].flatMap(([name, min_ms]) => {
    const city = findCity(name);
    if (city === undefined) return [];
    const ring = clip(circle(city, Math.min(4000, min_ms / lightThereAndBack_ms(1))));
    return showsOutline(ring) ? [ring] : [];
  });
  return {
    type: 'custom',
    coordinateSystem: 'geo',
    silent: true,
    data: shapes.map((_shape, index) => [0, 0, index]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: CustomSeriesRenderItemAPI) => ({
      type: 'polygon',
      shape: { points: (shapes[dataIndex] ?? []).map((point) => api.coord([...point])) },
      style: { fill: standIn('blue'), fillOpacity: 0.07, stroke: standIn('blue'), lineWidth: 1.2 },
    }),
  };
}
