import { registerMap } from 'echarts/core';
import type { Chart, Shape } from './chart.ts';
import { frame, northernEurope, sea } from './map.ts';
import { type Colour, standIn } from './palette.ts';

const mapName = 'northern Europe';

interface MapDrawing {
  /** Places with a name, for the scatter series. */
  readonly marks: readonly object[];
  /** Series that are drawn below the marks. */
  readonly below?: readonly object[];
  /** Colours of countries, by their name in Natural Earth. */
  readonly shaded?: ReadonlyMap<string, Colour>;
}

/** Returns a map of Norway and its neighbours. */
export function mapChart(drawing: MapDrawing): Chart {
  registerMap(mapName, JSON.stringify(northernEurope()));
  const width = (shape: Shape): number => (shape === 'wide' ? 560 : 350);
  const ratio = (frame.north - frame.south) / (frame.east - frame.west);
  return { width, height: (shape) => Math.round(width(shape) * ratio), option: () => option(drawing) };
}

const option = ({ marks, below = [], shaded = new Map() }: MapDrawing): object => ({
  geo: {
    map: mapName,
    silent: true,
    aspectScale: 1,
    left: 0,
    right: 0,
    top: 0,
    bottom: 0,
    itemStyle: { areaColor: standIn('land'), borderColor: standIn('coast'), borderWidth: 0.6 },
    regions: [
      { name: sea, itemStyle: { areaColor: standIn('panel'), borderWidth: 0 } },
      ...[...shaded].map(([name, colour]) => ({ name, itemStyle: { areaColor: standIn(colour), opacity: 0.3 } })),
    ],
  },
  series: [
    ...below,
    {
      type: 'scatter',
      coordinateSystem: 'geo',
      silent: true,
      data: [...marks],
      label: {
        show: true,
        formatter: ({ name }: { name: string }) => name,
        fontSize: 12,
        textBorderColor: standIn('paper'),
        textBorderWidth: 2.5,
      },
      labelLayout: { hideOverlap: true },
    },
  ],
});
