import { mean, median } from 'simple-statistics';
import type { DiskWindow } from '../disk/result.ts';
import type { Result } from '../result.ts';
import type { Direction } from '../statistics/effect.ts';

/** One figure of one run. Another run may have it too. */
export interface Figure {
  /** Stable name, such as `disk/wal-append/p99`. */
  readonly id: string;
  /** What was measured: `wal-append`. */
  readonly subject: string;
  /** The figure with its unit: `fdatasync p99, ms`. */
  readonly metric: string;
  readonly better: Direction;
  /** The run's figure: the median if the run has several. */
  readonly value: number;
  /**
   * What the run measured for it at different times: windows, or samples that are far apart. One entry if there is only
   * one.
   */
  readonly parts: readonly number[];
  /** A measurement behind this figure during which others took part of the machine. Null if there is none. */
  readonly contaminated: string | null;
}

/** Returns every figure of a run for which one direction is better. */
export function figuresOf(run: Result): Figure[] {
  const names = run.contamination.filter(({ contaminated }) => contaminated).map(({ name }) => name);
  return [...diskFigures(run), ...queueFigures(run), ...networkFigures(run), ...cpuFigures(run)].map((found) => ({
    ...found,
    contaminated: names.find((name) => isOf(name, found.id)) ?? null,
  }));
}

/**
 * Returns true if the measurement of this name led to the figure. Figures of the cpu suite are about others to begin
 * with, so they have none.
 */
function isOf(measurement: string, id: string): boolean {
  const [suite, subject = ''] = id.split('/');
  const whole = `${suite}/${subject}`;
  if (suite === 'disk') return measurement.startsWith(`${whole} `);
  if (suite === 'queue') return measurement === (subject === 'fill' ? 'queue/drain' : whole);
  return suite === 'network' && measurement === 'network/round trips';
}

function figure(
  id: string,
  metric: string,
  better: Direction,
  parts: readonly (number | null | undefined)[],
): Figure[] {
  const known = parts.filter((part) => part !== null && part !== undefined);
  if (known.length === 0) return [];
  const subject = id.split('/').slice(1, -1).join(' ');
  return [{ id, subject, metric, better, value: median(known), parts: known, contaminated: null }];
}

const milliseconds = (nanoseconds: number | null | undefined): number | null =>
  nanoseconds === null || nanoseconds === undefined ? null : nanoseconds / 1e6;

function diskFigures({ disk }: Result): Figure[] {
  const windows = disk?.data?.windows ?? [];
  return [...new Set(windows.map(({ job }) => job))].flatMap((job) =>
    diskJob(
      `disk/${job}`,
      windows.filter((window) => window.job === job),
    ),
  );
}

function diskJob(id: string, windows: readonly DiskWindow[]): Figure[] {
  const rates = windows.map(({ rates_per_s }) => rates_per_s);
  // A job that flushes is judged by its flushes: the latency of its writes does not include them.
  if (windows.some(({ sync }) => sync !== null)) {
    return [
      ...figure(
        `${id}/p99`,
        'fdatasync p99, ms',
        'lower',
        windows.map(({ sync }) => milliseconds(sync?.p99_ns)),
      ),
      ...inBlocks(
        figure(
          `${id}/rate`,
          'flushed writes/s',
          'higher',
          windows.map(({ write }) => write?.iops),
        ),
        rates,
      ),
    ];
  }
  return (['read', 'write'] as const).flatMap((direction) => [
    ...inBlocks(
      figure(
        `${id}/${direction}s`,
        `${direction}s/s`,
        'higher',
        windows.map((window) => window[direction]?.iops),
      ),
      rates,
    ),
    ...figure(
      `${id}/${direction}-p99`,
      `${direction} p99, ms`,
      'lower',
      windows.map((window) => milliseconds(window[direction]?.latency?.p99_ns)),
    ),
  ]);
}

function queueFigures({ queue }: Result): Figure[] {
  const data = queue?.data;
  if (data === null || data === undefined) return [];
  return [
    ...data.publish.flatMap(({ inFlight, jobs_per_s }) =>
      figure(`queue/confirmed ${inFlight}/rate`, `jobs/s with ${inFlight} in flight`, 'higher', [jobs_per_s]),
    ),
    ...figure('queue/consume/rate', 'jobs/s', 'higher', [data.consume?.jobs_per_s]),
    ...data.endToEnd.flatMap(({ offered_per_s, p99_ms }) =>
      figure(`queue/end-to-end-${offered_per_s}/p99`, `p99 at ${offered_per_s} jobs/s, ms`, 'lower', [p99_ms]),
    ),
    ...(['fill', 'drain'] as const).flatMap((phase) => {
      const rate = data.drain?.[phase].jobs_per_s;
      const samples = data.drain?.samples.filter((sample) => sample.phase === phase) ?? [];
      const found = figure(`queue/${phase}/rate`, 'jobs/s', 'higher', [rate]);
      return inBlocks(found, [samples.map(({ jobs_per_s }) => jobs_per_s)]);
    }),
  ];
}

/** Uses the rates over time as parts, if there are enough of them. */
function inBlocks(figures: readonly Figure[], series: readonly (readonly number[] | undefined)[]): Figure[] {
  const parts = series.flatMap((rates) => blocks(rates ?? []));
  return figures.map((found) => (parts.length === 0 ? found : { ...found, parts }));
}

const mostBlocks = 10;
const leastPerBlock = 3;

/**
 * Returns the means of blocks, for a series whose neighbouring values resemble each other. The seconds of a drain are
 * not independent samples, but means of longer stretches nearly are (method of batch means). Leaves out the first and
 * the last value, because they do not cover a whole interval.
 */
export function blocks(series: readonly number[]): number[] {
  const whole = series.slice(1, -1);
  const count = Math.min(mostBlocks, Math.floor(whole.length / leastPerBlock));
  return Array.from({ length: count }, (_, index) =>
    mean(whole.slice(Math.floor((index * whole.length) / count), Math.floor(((index + 1) * whole.length) / count))),
  );
}

const networkFigures = ({ network }: Result): Figure[] =>
  (network?.data?.roundTrips ?? []).flatMap(({ target, protocol, p50_ms, samples_ms }) =>
    figure(`network/${target} by ${protocol}/round-trip`, 'round trip p50, ms', 'lower', [p50_ms]).map((found) => ({
      ...found,
      parts: samples_ms.length === 0 ? found.parts : samples_ms,
    })),
  );

function cpuFigures({ cpu }: Result): Figure[] {
  const probes = cpu?.data?.gapProbes ?? [];
  const steal = cpu?.data?.samples.map((sample) => sample.steal) ?? [];
  const share = (id: string, values: readonly number[]): Figure[] =>
    values.length === 0 ? [] : figure(id, 'share of processor time', 'lower', [mean([...values])]);
  return [
    ...share(
      'cpu/lost to gaps/share',
      probes.map(({ lost }) => lost),
    ),
    ...share('cpu/stolen/share', steal),
  ];
}
