import { axis, mutedStyle } from '../../../pages/chart.ts';
import { standIn } from '../../../pages/palette.ts';
import { noPicture, type Picture } from '../../../pages/picture.ts';
import { moment } from '../../numbers.ts';
import type { Result } from '../../result.ts';
import { keyFigures } from '../key-figures.ts';

const title = 'Through time';
const panelHeight = 84;
const step = panelHeight + 64;

/** The key figures of a host in all its runs. */
export function historyPicture(result: Result, history: readonly Result[]): Picture {
  const runs = history
    .filter((run) => run.host.name === result.host.name && run.startedAt !== result.startedAt)
    .concat(result)
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  const figures = keyFigures.flatMap((figure) => {
    const points = runs.flatMap((run) => {
      const value = figure.of(run);
      return value === null ? [] : [{ at: run.startedAt, value, quick: run.quick }];
    });
    return points.length < 2 ? [] : [{ ...figure, points }];
  });
  const [first] = runs;
  if (runs.length < 2 || first === undefined || figures.length === 0)
    return noPicture(
      'history',
      title,
      runs.length < 2 ? `This is the only stored run of ${result.host.name}.` : 'No figure was measured twice.',
    );
  const columns = (wide: boolean): number => (wide ? 2 : 1);
  const words = figures.map(({ name, points, format }) => {
    const values = points.map(({ value }) => value);
    return `${name} ${format(values.at(-1) ?? 0)}, between ${format(Math.min(...values))} and ${format(Math.max(...values))}`;
  });
  return {
    name: 'history',
    title,
    words: `${runs.length} runs since ${moment(first.startedAt)}. ${words.join('; ')}.`,
    key: 'Filled: full runs. Open: quick runs, whose figures are coarser.',
    chart: {
      height: (shape) => Math.ceil(figures.length / columns(shape === 'wide')) * step,
      option: (shape) =>
        option(figures, columns(shape === 'wide'), Date.parse(first.startedAt), Date.parse(result.startedAt)),
    },
  };
}

interface Drawn {
  readonly name: string;
  readonly format: (value: number) => string;
  readonly points: readonly { readonly at: string; readonly value: number; readonly quick: boolean }[];
}

function option(figures: readonly Drawn[], columns: number, from: number, to: number): object {
  const place = (index: number) => ({
    left: columns === 1 || index % 2 === 0 ? 62 : '58%',
    right: columns === 1 ? 16 : index % 2 === 0 ? '52%' : 16,
    top: 30 + step * Math.floor(index / columns),
  });
  return {
    title: figures.map(({ name }, index) => ({
      text: name,
      left: columns === 1 || index % 2 === 0 ? 0 : '50%',
      top: place(index).top - 26,
      padding: 0,
      textStyle: { ...mutedStyle, color: standIn('ink'), fontWeight: 600 },
    })),
    grid: figures.map((_figure, index) => ({ ...place(index), height: panelHeight })),
    xAxis: figures.map((_figure, gridIndex) => ({
      ...axis,
      gridIndex,
      type: 'value',
      min: from - (to - from) * 0.04,
      max: to + (to - from) * 0.04,
      splitLine: { show: false },
      axisLabel: {
        ...axis.axisLabel,
        customValues: [from, (from + to) / 2, to],
        formatter: (at: number) => new Date(at).toISOString().slice(5, 10),
      },
    })),
    yAxis: figures.map(({ format }, gridIndex) => ({
      ...axis,
      gridIndex,
      type: 'value',
      min: 0,
      splitNumber: 2,
      axisLine: { show: false },
      axisLabel: { ...axis.axisLabel, formatter: format },
    })),
    series: figures.map(({ points }, index) => ({
      type: 'line',
      xAxisIndex: index,
      yAxisIndex: index,
      silent: true,
      symbolSize: 8,
      lineStyle: { color: standIn('blue'), width: 2 },
      data: points.map(({ at, value, quick }) => ({
        value: [Date.parse(at), value],
        symbol: quick ? 'emptyCircle' : 'circle',
        itemStyle: { color: standIn('blue') },
      })),
    })),
  };
}
