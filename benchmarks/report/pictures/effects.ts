import type { CustomSeriesRenderItemAPI } from 'echarts';
import type { Effect as Kind } from '../../statistics/effect.ts';
import { axis, textStyle } from '../chart.ts';
import { html } from '../html.ts';
import type { Effect, Effects } from '../input.ts';
import { count, list } from '../numbers.ts';
import { type Colour, standIn } from '../palette.ts';
import { noPicture, type Picture, table } from '../picture.ts';

const colourOf: Readonly<Record<Kind, Colour>> = { better: 'good', worse: 'bad', 'no evidence': 'unknown' };
const signOf: Readonly<Record<Kind, string>> = { better: '✓', worse: '✗', 'no evidence': '?' };
const rowHeight = 46;

/** Stock settings against ours: a ratio with its 95 % interval for each group of settings and figure. */
export function tuningPicture(effects: Effects | null): Picture {
  const title = 'Does the tuning help?';
  if (effects === null || effects.rows.length === 0)
    return noPicture('tuning', title, 'The settings were not compared with those of stock Debian in this run.');
  const of = (kind: Kind): string[] => [
    ...new Set(effects.rows.filter(({ comparison }) => comparison.effect === kind).map(({ subject }) => subject)),
  ];
  const says = (subjects: readonly string[], what: string): string[] =>
    subjects.length === 0 ? [] : [`${what}: ${list(subjects)}.`];
  const words = [
    ...says(of('better'), 'Better'),
    ...says(of('worse'), 'Worse'),
    ...says(of('no evidence'), 'No evidence of a difference in some figure'),
  ].join(' ');
  return { name: 'tuning', title, words, ...drawn(effects, 'line') };
}

/** One host against another: by how much B is A times itself, with its interval. */
export function comparisonPicture(effects: Effects | null): Picture {
  const title = 'Compared with another machine';
  if (effects === null || effects.rows.length === 0)
    return noPicture(
      'comparison',
      title,
      'There is nothing to compare with: jernverk bench compare takes two hosts or two results.',
    );
  const words = effects.rows.map(
    ({ metric, comparison }) => `${metric}: ${times(comparison.ratio?.estimate ?? null)} (${comparison.effect})`,
  );
  return {
    name: 'comparison',
    title,
    words: `${effects.b} against ${effects.a}. ${words.join('; ')}.`,
    ...drawn(effects, 'bar'),
  };
}

const times = (ratio: number | null): string => (ratio === null ? 'no ratio' : `${Number(ratio.toPrecision(3))} ×`);

function ratioWords(ratio: Effect['comparison']['ratio']): string {
  if (ratio === null) return 'no ratio';
  const end = (value: number | null): string => (value === null ? 'open' : String(Number(value.toPrecision(3))));
  return `${times(ratio.estimate)} (${end(ratio.low)} to ${end(ratio.high)})`;
}

function drawn(effects: Effects, form: 'bar' | 'line'): Pick<Picture, 'chart' | 'key' | 'beside'> {
  const { rows, threshold } = effects;
  const band =
    threshold === null ? '' : ` Shaded: smaller than ${Math.round(threshold * 100)} %, which does not matter.`;
  return {
    key: `${form === 'bar' ? 'Bar' : 'Dot'}: the ratio of ${effects.b} to ${effects.a}. Line: its 95 % interval, dashed where one end is open.${band}`,
    chart: { height: () => 50 + rowHeight * rows.length, option: () => option(effects, form) },
    beside: table(
      `${effects.b} against ${effects.a}: medians, and the ratio with its 95 % interval`,
      ['Subject', 'Figure', effects.a, effects.b, 'Ratio', 'Finding'],
      rows.map(({ subject, metric, comparison }) => [
        subject,
        metric,
        `${count3(comparison.a.estimate)} (n ${comparison.a.samples})`,
        `${count3(comparison.b.estimate)} (n ${comparison.b.samples})`,
        ratioWords(comparison.ratio),
        html`${signOf[comparison.effect]} ${comparison.effect}<small>${comparison.reason}</small>`,
      ]),
    ),
  };
}

const count3 = (value: number): string =>
  Math.abs(value) < 1000 ? String(Number(value.toPrecision(3))) : count(value);

/** Ratios lie on a log axis, so that twice and half are equally far from 1. */
function option({ rows, threshold }: Effects, form: 'bar' | 'line'): object {
  const seen = rows.flatMap(({ comparison: { ratio } }) =>
    ratio === null ? [] : [ratio.estimate, ratio.low ?? ratio.estimate, ratio.high ?? ratio.estimate],
  );
  const reach = Math.max(1.1, 1 + (threshold ?? 0) * 2, ...seen, ...seen.map((ratio) => 1 / ratio)) * 1.03;
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
    yAxis: {
      ...axis,
      type: 'category',
      inverse: true,
      data: rows.map(({ subject, metric, comparison }) => `${signOf[comparison.effect]} ${subject} · ${metric}`),
      axisLine: { show: false },
      splitLine: { show: false },
      axisLabel: {
        ...textStyle,
        inside: true,
        margin: 2,
        verticalAlign: 'bottom',
        padding: [0, 0, 7, 0],
        width: 320,
        overflow: 'truncate',
        textBorderColor: standIn('paper'),
        textBorderWidth: 3,
      },
      z: 5,
    },
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
        ...(threshold === null
          ? {}
          : {
              markArea: {
                silent: true,
                itemStyle: { color: standIn('muted'), opacity: 0.14 },
                data: [[{ xAxis: Math.log(1 - threshold) }, { xAxis: Math.log(1 + threshold) }]],
              },
            }),
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
      line(low, y, high, y),
      ...(ratio.low === null ? [] : [line(low, y - 5, low, y + 5, cap)]),
      ...(ratio.high === null ? [] : [line(high, y - 5, high, y + 5, cap)]),
    ],
  };
}
