import type { CustomSeriesRenderItemAPI } from 'echarts';
import { circle, showsOutline } from '../../../pages/map.ts';
import { mapChart } from '../../../pages/map-chart.ts';
import { standIn } from '../../../pages/palette.ts';
import { noPicture, type Picture, table } from '../../../pages/picture.ts';
import { findCity } from '../../network/cities.ts';
import { lightThereAndBack_ms } from '../../network/geography.ts';
import type { NetworkData } from '../../network/result.ts';
import { list, milliseconds } from '../../numbers.ts';
import type { Result } from '../../result.ts';
import { isAbroad, marks } from '../map-marks.ts';
import { absence } from './absence.ts';

const title = 'Where this host can be';

/** Norway and its neighbours: exchanges, targets, and the cities from which light could not have come back so soon. */
export function mapPicture(result: Result): Picture {
  const network = result.network?.data ?? null;
  if (network === null || network.cities.length === 0 || network.roundTrips.every(({ min_ms }) => min_ms === null))
    return noPicture('map', title, absence(result.network, 'network', 'No round trip shows anything about the place'));
  return {
    name: 'map',
    title,
    words: findings(network),
    key: 'Diamonds: exchange cities, filled where a target answered. Dots: other cities of targets. Crosses and grey: excluded. Open circles: not excluded, red abroad. Rings: how far light in fibre gets in half the shortest round trip. The host is inside every ring. A ring around the whole map is left out.',
    chart: mapChart({ marks: marks(network), below: [rings(network)] }),
    beside: cityTable(network),
  };
}

function findings({ cities }: NetworkData): string {
  const names = (wanted: boolean, abroad: boolean): string =>
    list(cities.filter((city) => city.excluded === wanted && isAbroad(city) === abroad).map(({ city }) => city)) ||
    'none';
  return `Excluded abroad, because light would not have come back from there so soon: ${names(true, true)}. Not excluded abroad: ${names(false, true)}. Not excluded in Norway: ${names(false, false)}.`;
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

/** The smallest ring around each target city. */
function rings(network: NetworkData): object {
  const least = new Map<string, number>();
  for (const { city, min_ms } of network.roundTrips) {
    if (min_ms !== null) least.set(city, Math.min(min_ms, least.get(city) ?? Number.POSITIVE_INFINITY));
  }
  const shapes = [...least].flatMap(([name, min_ms]) => {
    const city = findCity(name);
    if (city === undefined) return [];
    return circle(city, Math.min(4000, min_ms / lightThereAndBack_ms(1))).filter(showsOutline);
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
