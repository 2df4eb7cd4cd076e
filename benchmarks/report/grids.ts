import { axis, mutedStyle, type Shape } from '../../pages/chart.ts';
import { standIn } from '../../pages/palette.ts';

/** Charts above each other on a common time axis. */
export interface Panel {
  /** What is drawn, with its unit. */
  readonly title: string;
  readonly format: (value: number) => string;
  readonly height?: number;
  readonly max?: number;
  /** The distance between two lines of the scale. By default a round decimal number. */
  readonly interval?: number;
  readonly series: readonly object[];
}

const second = 1000;
const minute = 60 * second;
const steps_ms = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400].map((step) => step * second);

/** Zero is `0` in every unit. */
const scale = (format: (value: number) => string) => (value: number) => (value === 0 ? '0' : format(value));

const clock = (at_ms: number): string => (at_ms % minute === 0 ? `${at_ms / minute} min` : `${at_ms / second} s`);

const panelHeight = 92;
const titleHeight = 42;
const bottom = 30;

const heightOf = (panel: Panel): number => panel.height ?? panelHeight;

export const gridsHeight = (panels: readonly Panel[], top = 0): number =>
  top + bottom + panels.reduce((sum, panel) => sum + titleHeight + heightOf(panel), 0);

/** The chart option for panels above each other. Each series gets its panel's index. */
export function gridsOption(panels: readonly Panel[], end_ms: number, shape: Shape, top = 0): object {
  const tops = panels.map(
    (_panel, index) =>
      top + titleHeight + panels.slice(0, index).reduce((sum, before) => sum + titleHeight + heightOf(before), 0),
  );
  const left = shape === 'wide' ? 62 : 52;
  return {
    title: panels.map((panel, index) => ({
      text: panel.title,
      left: 0,
      top: (tops[index] ?? 0) - 26,
      padding: 0,
      textStyle: { ...mutedStyle, color: standIn('ink'), fontWeight: 600 },
    })),
    grid: panels.map((panel, index) => ({ left, right: 12, top: tops[index], height: heightOf(panel) })),
    xAxis: panels.map((_panel, index) => ({
      ...axis,
      type: 'value',
      gridIndex: index,
      min: 0,
      max: end_ms,
      interval: steps_ms.find((step) => end_ms / step <= (shape === 'wide' ? 9 : 4)) ?? end_ms,
      splitLine: { show: false },
      axisLabel: {
        ...axis.axisLabel,
        show: index === panels.length - 1,
        formatter: scale(clock),
        showMaxLabel: false,
      },
    })),
    yAxis: panels.map((panel, index) => ({
      ...axis,
      type: 'value',
      gridIndex: index,
      min: 0,
      ...(panel.max === undefined ? {} : { max: panel.max }),
      splitNumber: 2,
      ...(panel.interval === undefined ? {} : { interval: panel.interval }),
      axisLine: { show: false },
      axisLabel: { ...axis.axisLabel, formatter: scale(panel.format) },
    })),
    series: panels.flatMap((panel, index) =>
      panel.series.map((series) => ({ ...series, xAxisIndex: index, yAxisIndex: index })),
    ),
  };
}

/**
 * A thin line without points. It is drawn with fewer points if there are more points than pixels; `max` keeps the
 * peaks.
 */
export const thinLine = (name: string, color: string, data: readonly (readonly [number, number | null])[]) => ({
  type: 'line',
  name,
  data,
  showSymbol: false,
  sampling: 'max',
  silent: true,
  itemStyle: { color },
  lineStyle: { color, width: 1.6 },
});

/** A stretch of time with a shaded background. */
export const shade = (from: number, to: number, color: string, opacity: number, words = '') => [
  {
    xAxis: from,
    itemStyle: { color, opacity },
    label: { show: words !== '', formatter: () => words, color, fontSize: 12, position: 'insideTopLeft', distance: 4 },
  },
  { xAxis: to },
];
