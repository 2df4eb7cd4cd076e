import type { Direction } from '../statistics/effect.ts';
import type { SuiteContext } from '../suite.ts';

export const metricNames = ['fdatasync-bulk', 'fdatasync-mixed', 'burst-after-idle', 'drain'] as const;
export type MetricName = (typeof metricNames)[number];

export interface Metric {
  readonly words: string;
  readonly unit: string;
  readonly better: Direction;
  /** How long one measurement takes, in seconds. */
  readonly seconds: (quick: boolean) => number;
}

/** What a measurement works with. `keep` receives the measurement's own name. */
export type MetricContext = Pick<SuiteContext, 'host' | 'quick' | 'environment'> & {
  readonly keep: (command: string, raw: string) => Promise<void>;
};

/** Measures once. Returns one figure in the metric's unit. */
export type Measure = (context: MetricContext) => Promise<number>;

export const metrics: Readonly<Record<MetricName, Metric>> = {
  'fdatasync-bulk': {
    words: 'fdatasync p99 of a log with a bulk writer running',
    unit: 'ms',
    better: 'lower',
    seconds: (quick) => (quick ? 5 : 15),
  },
  'fdatasync-mixed': {
    words: 'fdatasync p99 of a log with random readers running',
    unit: 'ms',
    better: 'lower',
    seconds: (quick) => (quick ? 5 : 15),
  },
  'burst-after-idle': {
    words: 'time of 800 kB to the operator after a second without traffic',
    unit: 'ms',
    better: 'lower',
    seconds: () => 2,
  },
  drain: { words: 'rate at which a backlog is drained', unit: 'jobs/s', better: 'higher', seconds: () => 30 },
};
