import { axis, type Chart, limitLine, type Shape, textStyle } from '../../../pages/chart.ts';
import { type Html, html } from '../../../pages/html.ts';
import { seriesColour } from '../../../pages/palette.ts';
import { noPicture, type Picture, table } from '../../../pages/picture.ts';
import type { DiskJobName, DiskWindow, Latency } from '../../disk/result.ts';
import { bytes, count, duration, nanoseconds } from '../../numbers.ts';
import type { Result } from '../../result.ts';
import { absence } from './absence.ts';

const percentiles = [
  ['least', 'min_ns'],
  ['50 %', 'p50_ns'],
  ['90 %', 'p90_ns'],
  ['95 %', 'p95_ns'],
  ['99 %', 'p99_ns'],
  ['99.9 %', 'p999_ns'],
  ['99.99 %', 'p9999_ns'],
  ['most', 'max_ns'],
] as const satisfies readonly (readonly [string, keyof Latency])[];

interface Curve {
  readonly window: DiskWindow;
  readonly latency: Latency;
}

const bothWindows =
  'Solid: the first window of time. Dashed: the second one, minutes later. If it differs from the first, credits ran out.';

/** How long a flush takes: what a publisher waits for before its job is confirmed. */
export function flushPicture(result: Result, limit_ms: number | null): Picture {
  const title = 'How long a flush takes';
  const curves = windowsOf(result).flatMap((window) =>
    window.sync === null ? [] : [{ window, latency: window.sync }],
  );
  const first = curves.find(({ window }) => window.job === 'wal-append') ?? curves[0];
  if (first === undefined)
    return noPicture('flush', title, absence(result.disk, 'disk', 'No job with fdatasync was run'));
  const { p50_ns, p99_ns } = first.latency;
  const against =
    limit_ms === null || p99_ns === null
      ? ''
      : `, ${p99_ns <= limit_ms * 1e6 ? 'within' : 'beyond'} the limit of ${duration(limit_ms)}`;
  return {
    name: 'flush',
    title,
    words: `fdatasync after each write of ${first.window.job} takes ${nanoseconds(p50_ns)} in the median and ${nanoseconds(p99_ns)} at the 99th percentile${against}.`,
    ...keyOf(curves),
    chart: chart(curves, limit_ms),
  };
}

/** How long single reads and writes take, past the page cache, with the figures of all jobs below. */
export function devicePicture(result: Result): Picture {
  const title = 'How long reads and writes take';
  const windows = windowsOf(result);
  const curves = windows.flatMap((window) => {
    const latency =
      window.sync === null && !window.job.startsWith('yabs') ? (window.read ?? window.write)?.latency : null;
    return latency ? [{ window, latency }] : [];
  });
  const beside = windows.length === 0 ? {} : { beside: figures(result, windows) };
  const slowest = curves.toSorted((a, b) => (b.latency.p99_ns ?? 0) - (a.latency.p99_ns ?? 0))[0];
  if (slowest === undefined)
    return {
      ...noPicture('device', title, absence(result.disk, 'disk', 'No such job was run')),
      ...beside,
    };
  return {
    name: 'device',
    title,
    words: `Slowest at the 99th percentile is ${slowest.window.job} with ${nanoseconds(slowest.latency.p99_ns)}; the number in a job’s name is how many operations are under way at a time.`,
    ...keyOf(curves),
    chart: chart(curves, null),
    ...beside,
  };
}

const keyOf = (curves: readonly Curve[]): Pick<Picture, 'key'> =>
  curves.some(({ window }) => window.window > 1) ? { key: bothWindows } : {};

const windowsOf = (result: Result): readonly DiskWindow[] => result.disk?.data?.windows ?? [];

function chart(curves: readonly Curve[], limit_ms: number | null): Chart {
  const jobs = [...new Set(curves.map(({ window }) => window.job))];
  return {
    height: (shape) => (shape === 'wide' ? 360 : 380),
    option: (shape) => option(curves, jobs, limit_ms, shape),
  };
}

function option(curves: readonly Curve[], jobs: readonly DiskJobName[], limit_ms: number | null, shape: Shape): object {
  const wide = shape === 'wide';
  return {
    grid: { left: 60, right: wide ? 116 : 14, top: wide ? 16 : 16 + 22 * Math.ceil(jobs.length / 2), bottom: 30 },
    legend: { show: !wide, left: 0, top: 0, itemWidth: 18, itemHeight: 3, icon: 'rect', textStyle, itemGap: 12 },
    xAxis: {
      ...axis,
      type: 'category',
      data: percentiles.map(([name]) => name),
      boundaryGap: false,
      axisLabel: { ...axis.axisLabel, interval: wide ? 0 : 'auto' },
    },
    yAxis: { ...axis, type: 'log', axisLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: duration } },
    series: curves.map(({ window, latency }, index) => {
      const color = seriesColour(jobs.indexOf(window.job));
      return {
        type: 'line',
        name: window.job,
        symbolSize: 5,
        symbol: 'circle',
        itemStyle: { color },
        lineStyle: { color, width: 2, type: window.window === 1 ? 'solid' : 'dashed' },
        data: percentiles.map(([, field]) => (latency[field] === null ? null : latency[field] / 1e6)),
        ...(wide && window.window === 1
          ? {
              endLabel: { show: true, formatter: '{a}', color, fontSize: 13, distance: 8 },
              labelLayout: { moveOverlap: 'shiftY' },
            }
          : {}),
        ...(index === 0 && limit_ms !== null
          ? { markLine: limitLine(`limit ${duration(limit_ms)} at 99 %`, { yAxis: limit_ms }) }
          : {}),
      };
    }),
  };
}

function figures(result: Result, windows: readonly DiskWindow[]): Html {
  const dirty = new Set(result.contamination.filter(({ contaminated }) => contaminated).map(({ name }) => name));
  return table(
    'Disk jobs, one row a window. “contaminated”: others used too much of the machine at that time',
    ['Job', 'Operations/s', 'Throughput', 'Median', '99 %', '99.9 %', 'Maximum', 'File, remarks'],
    windows.map((window) => {
      const direction = window.write ?? window.read;
      const both = [window.read, window.write].flatMap((side) => side ?? []);
      const latency = window.sync ?? direction?.latency ?? null;
      const remarks = [
        ...(window.sync === null ? [] : ['fdatasync']),
        ...(dirty.has(`disk/${window.job} ${window.window}`) ? ['contaminated'] : []),
        ...(window.steadyState?.attained === false ? ['no steady state'] : []),
      ];
      return [
        `${window.job} ${window.window}`,
        both.map(({ iops }) => count(iops)).join(' + '),
        `${bytes(both.reduce((sum, side) => sum + side.bandwidth_bytes_per_s, 0))}/s`,
        nanoseconds(latency?.p50_ns ?? null),
        nanoseconds(latency?.p99_ns ?? null),
        nanoseconds(latency?.p999_ns ?? null),
        nanoseconds(latency?.max_ns ?? null),
        remarks.length === 0 ? window.fileMode : html`${window.fileMode}<br><small>${remarks.join(', ')}</small>`,
      ];
    }),
  );
}
