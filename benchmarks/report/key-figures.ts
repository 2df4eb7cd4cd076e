import { duration, percent, whole } from '../numbers.ts';
import type { Result } from '../result.ts';
import type { SuiteName } from '../suite.ts';

/** The figures that characterize a host: in its history, and on one line of the terminal. */
export interface KeyFigure {
  readonly suite: SuiteName;
  readonly name: string;
  /** A short name, for narrow columns. */
  readonly column: string;
  readonly of: (result: Result) => number | null;
  readonly format: (value: number) => string;
}

const perSecond = (value: number): string => `${whole(value)}/s`;

/** Null if there are none, so that a figure that nobody measured is never 0. */
const best = (values: readonly (number | null)[], choose: (...all: number[]) => number): number | null => {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : choose(...known);
};

export const keyFigures: readonly KeyFigure[] = [
  {
    suite: 'disk',
    name: 'fdatasync, 99 %',
    column: 'fdatasync',
    // The slower of the windows: a disk is as good as it is when its credits are used up.
    of: ({ disk }) =>
      best(
        (disk?.data?.windows ?? []).map(({ job, sync }) =>
          job === 'wal-append' && sync?.p99_ns ? sync.p99_ns / 1e6 : null,
        ),
        Math.max,
      ),
    format: duration,
  },
  {
    suite: 'disk',
    name: 'random writes, 64 at a time',
    column: 'writes',
    of: ({ disk }) =>
      best(
        (disk?.data?.windows ?? []).map(({ job, write }) => (job === 'randwrite-64' ? (write?.iops ?? null) : null)),
        Math.min,
      ),
    format: perSecond,
  },
  {
    suite: 'cpu',
    name: 'steal, at most',
    column: 'steal',
    of: ({ cpu }) =>
      (cpu?.data?.samples ?? []).reduce<number | null>((most, { steal }) => Math.max(most ?? 0, steal), null),
    format: percent,
  },
  {
    suite: 'cpu',
    name: 'longest hold-up',
    column: 'hold-up',
    of: ({ cpu }) =>
      best(
        (cpu?.data?.gapProbes ?? []).map(({ longestGap_ms }) => longestGap_ms),
        Math.max,
      ),
    format: duration,
  },
  {
    suite: 'network',
    name: 'round trip to the exchange city, median',
    column: 'round trip',
    of: ({ network }) =>
      best(
        (network?.data?.roundTrips ?? []).map(({ city, p50_ms }) =>
          city === network?.data?.exchangeCity ? p50_ms : null,
        ),
        Math.min,
      ),
    format: duration,
  },
  {
    suite: 'queue',
    name: 'confirmed jobs',
    column: 'confirmed',
    of: ({ queue }) =>
      best(
        (queue?.data?.publish ?? []).map(({ jobs_per_s }) => jobs_per_s),
        Math.max,
      ),
    format: perSecond,
  },
  {
    suite: 'queue',
    name: 'drain',
    column: 'drain',
    of: ({ queue }) => (queue?.data?.drain?.partial ? null : (queue?.data?.drain?.drain.jobs_per_s ?? null)),
    format: perSecond,
  },
];
