import type { CustomSeriesRenderItemAPI } from 'echarts';
import { axis, limitLine, rowNames, type Shape } from '../../../pages/chart.ts';
import { html } from '../../../pages/html.ts';
import { standIn } from '../../../pages/palette.ts';
import { noPicture, type Picture, table } from '../../../pages/picture.ts';
import type { NetworkData, RoundTrip } from '../../network/result.ts';
import { duration, milliseconds } from '../../numbers.ts';
import type { Result } from '../../result.ts';
import { absence } from './absence.ts';

const title = 'Round trips to Norwegian targets';
const rowHeight = 46;

/** The round trip to each target, with what light needs and with the limit. */
export function roundTripPicture(result: Result, limit_ms: number | null): Picture {
  const network = result.network?.data ?? null;
  const trips = network?.roundTrips ?? [];
  const beside = network === null || trips.length === 0 ? {} : { beside: figures(network) };
  const answered = trips.flatMap((trip) => (trip.p50_ms === null ? [] : [{ ...trip, p50_ms: trip.p50_ms }]));
  const nearest = answered
    .filter(({ city }) => city === network?.exchangeCity)
    .concat(answered)
    .reduce<(typeof answered)[number] | null>(
      (best, trip) => (best === null || (best.city === trip.city && trip.p50_ms < best.p50_ms) ? trip : best),
      null,
    );
  if (network === null || nearest === null) {
    const why = absence(result.network, 'network', 'No target answered');
    return { ...noPicture('round-trip', title, why), ...beside };
  }
  return {
    name: 'round-trip',
    title,
    words: `${answered.length} of ${trips.length} targets answered. The fastest in ${nearest.city} is ${nearest.target}: ${milliseconds(nearest.p50_ms)} in the median${against(nearest, limit_ms)}.`,
    key: 'Bar: from the minimum to the 95th percentile. Dot: the median. Vertical stroke: the floor, which is what light in fibre needs from the exchange city and back.',
    chart: {
      height: () => 56 + rowHeight * trips.length,
      option: (shape) => option(trips, limit_ms, network.exchangeCity, shape),
    },
    ...beside,
  };
}

function against(trip: RoundTrip, limit_ms: number | null): string {
  if (limit_ms === null || trip.p50_ms === null) return '';
  return `, ${trip.p50_ms <= limit_ms ? 'within' : 'beyond'} the limit of ${duration(limit_ms)}`;
}

function option(trips: readonly RoundTrip[], limit_ms: number | null, exchangeCity: string, shape: Shape): object {
  const names = trips.map((trip) => `${trip.target} · ${trip.city}, ${trip.protocol}`);
  const end = Math.max(...trips.map((trip) => trip.p95_ms ?? trip.floor_ms ?? 0), limit_ms ?? 0);
  const points = (pick: (trip: RoundTrip) => number | null) =>
    trips.flatMap((trip, row) => {
      const at = pick(trip);
      return at === null ? [] : [[at, row]];
    });
  return {
    grid: { left: 4, right: 16, top: 26, bottom: 28 },
    xAxis: {
      ...axis,
      type: 'value',
      min: 0,
      max: Math.ceil(end * 1.06),
      axisLabel: { ...axis.axisLabel, formatter: duration },
    },
    yAxis: rowNames(names, shape),
    series: [
      {
        type: 'custom',
        silent: true,
        data: trips.map((trip, row) => [trip.min_ms ?? Number.NaN, trip.p95_ms ?? Number.NaN, row]),
        encode: { x: [0, 1], y: 2 },
        renderItem: (_params: unknown, api: CustomSeriesRenderItemAPI) => bar(api),
        ...(limit_ms === null
          ? {}
          : { markLine: limitLine(`limit ${duration(limit_ms)} to ${exchangeCity}`, { xAxis: limit_ms }) }),
      },
      {
        type: 'scatter',
        silent: true,
        symbol: 'rect',
        symbolSize: [3, 18],
        symbolOffset: [0, 10],
        itemStyle: { color: standIn('ink'), opacity: 1 },
        data: points((trip) => trip.floor_ms),
      },
      {
        type: 'scatter',
        silent: true,
        symbolSize: 11,
        symbolOffset: [0, 10],
        itemStyle: { color: standIn('blue'), opacity: 1, borderColor: standIn('paper'), borderWidth: 1.5 },
        data: points((trip) => trip.p50_ms),
      },
      {
        type: 'scatter',
        silent: true,
        symbolSize: 0,
        itemStyle: { color: standIn('unknown'), opacity: 1 },
        data: trips.flatMap((trip, row) =>
          trip.p50_ms === null ? [{ value: [0, row], name: trip.reason ?? 'no answer' }] : [],
        ),
        label: {
          show: true,
          position: 'right',
          offset: [4, 10],
          color: standIn('unknown'),
          fontSize: 12,
          formatter: ({ name }: { name: string }) => `no answer: ${name}`,
        },
      },
    ],
  };
}

function bar(api: CustomSeriesRenderItemAPI): object {
  const [least = 0, row = 0] = api.coord([api.value(0), api.value(2)]);
  const [most = 0] = api.coord([api.value(1), api.value(2)]);
  if (Number.isNaN(least)) return { type: 'group', children: [] };
  return {
    type: 'rect',
    shape: { x: least, y: row + 6, width: Math.max(3, most - least), height: 8, r: 4 },
    style: { fill: standIn('blue'), opacity: 0.4 },
  };
}

const figures = (network: NetworkData) =>
  table(
    'Round trips; “kernel” and “program” say whose clock it is, and a program’s clock adds its own delays',
    ['Target', 'City', 'By', 'Least', 'Median', '95 %', 'Floor', 'Lost'],
    network.roundTrips.map((trip) => [
      html`${trip.target}<br><small>${trip.operator}, ${trip.address ?? trip.reason ?? 'no address'}</small>`,
      trip.city,
      `${trip.protocol}, ${trip.clock}`,
      milliseconds(trip.min_ms),
      milliseconds(trip.p50_ms),
      milliseconds(trip.p95_ms),
      milliseconds(trip.floor_ms),
      `${trip.sent - trip.answered} of ${trip.sent}`,
    ]),
  );
