import type { CustomSeriesRenderItemAPI } from 'echarts';
import { axis, rowNames, type Shape } from '../../pages/chart.ts';
import { type Colour, standIn } from '../../pages/palette.ts';
import type { Comparison, Effect as Kind } from '../statistics/effect.ts';

const colourOf: Readonly<Record<Kind, Colour>> = { better: 'good', worse: 'bad', 'no evidence': 'unknown' };
export const signOf: Readonly<Record<Kind, string>> = { better: '✓', worse: '✗', 'no evidence': '?' };
export const rowHeight = 44;

/** One figure: B against A. */
export interface Effect {
  readonly subject: string;
  /** With its unit. */
  readonly metric: string;
  readonly comparison: Comparison;
}

export interface Effects {
  readonly a: string;
  readonly b: string;
  /** The smallest change that matters, as a share. */
  readonly threshold: number;
  readonly rows: readonly Effect[];
}

/** Ratios are on a log axis, so that twice and half are equally far from 1. */
export function forest({ rows, threshold }: Effects, form: 'bar' | 'line', shape: Shape): object {
  const seen = rows.flatMap(({ comparison: { ratio } }) =>
    ratio === null ? [] : [ratio.estimate, ratio.low ?? ratio.estimate, ratio.high ?? ratio.estimate],
  );
  const reach = Math.max(1.1, 1 + threshold * 2, ...seen, ...seen.map((ratio) => 1 / ratio)) * 1.03;
  const ticks = reach < 1.6 ? [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5] : [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 20];
  return {
    grid: { left: 4, right: 16, top: 10, bottom: 28 },
    xAxis: {
      ...axis,
      type: 'value',
      min: -Math.log(reach),
      max: Math.log(reach),
      axisTick: { show: false, customValues: ticks.map(Math.log) },
      axisLabel: {
        ...axis.axisLabel,
        customValues: ticks.map(Math.log),
        formatter: (at: number) => `${Number(Math.exp(at).toPrecision(2))} ×`,
      },
      splitLine: { show: false },
    },
    yAxis: rowNames(
      rows.map(({ subject, metric, comparison }) => `${signOf[comparison.effect]} ${subject} · ${metric}`),
      shape,
    ),
    series: [
      {
        type: 'custom',
        silent: true,
        clip: true,
        data: rows.map((row, index) => [Math.log(row.comparison.ratio?.estimate ?? 1), index]),
        encode: { x: 0, y: 1 },
        renderItem: ({ dataIndex }: { dataIndex: number }, api: CustomSeriesRenderItemAPI) =>
          interval(rows[dataIndex], reach, form, api),
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: standIn('ink'), type: 'solid', width: 1 },
          data: [{ xAxis: 0 }],
        },
        markArea: {
          silent: true,
          itemStyle: { color: standIn('muted'), opacity: 0.14 },
          data: [[{ xAxis: Math.log(1 - threshold) }, { xAxis: Math.log(1 + threshold) }]],
        },
      },
    ],
  };
}

function interval(
  row: Effect | undefined,
  reach: number,
  form: 'bar' | 'line',
  api: CustomSeriesRenderItemAPI,
): object {
  const ratio = row?.comparison.ratio;
  if (row === undefined || !ratio) return { type: 'group', children: [] };
  const x = (value: number): number => api.coord([Math.log(value), api.value(1)])[0] ?? 0;
  const y = (api.coord([0, api.value(1)])[1] ?? 0) + 10;
  const color = standIn(colourOf[row.comparison.effect]);
  const [low, high] = [x(ratio.low ?? 1 / reach), x(ratio.high ?? reach)];
  const stroke = { stroke: color, lineWidth: 2, lineDash: ratio.low === null || ratio.high === null ? [3, 3] : [] };
  const line = (x1: number, y1: number, x2: number, y2: number, style = stroke) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style,
  });
  const cap = { ...stroke, lineDash: [] };
  const from = Math.min(x(1), x(ratio.estimate));
  const mark =
    form === 'bar'
      ? {
          type: 'rect',
          shape: { x: from, y: y - 6, width: Math.abs(x(ratio.estimate) - x(1)), height: 12 },
          style: { fill: color, opacity: 0.45 },
        }
      : { type: 'circle', shape: { cx: x(ratio.estimate), cy: y, r: 5 }, style: { fill: color } };
  return {
    type: 'group',
    children: [
      mark,
      ...(ratio.low === null && ratio.high === null ? [] : [line(low, y, high, y)]),
      ...(ratio.low === null ? [] : [line(low, y - 5, low, y + 5, cap)]),
      ...(ratio.high === null ? [] : [line(high, y - 5, high, y + 5, cap)]),
    ],
  };
}
