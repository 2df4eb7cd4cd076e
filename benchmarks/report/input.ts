import type { Result } from '../result.ts';
import type { Comparison } from '../statistics/effect.ts';

/** One figure, of B against A. */
export interface Effect {
  /** What was tried, or compared: `vm.dirty_bytes`, `drain`. */
  readonly subject: string;
  /** The figure with its unit: `fdatasync p99, ms`. */
  readonly metric: string;
  readonly comparison: Pick<Comparison, 'a' | 'b' | 'ratio' | 'effect' | 'reason'>;
}

export interface Effects {
  /** What A is: `stock Debian`, or a host. */
  readonly a: string;
  readonly b: string;
  /** Smallest change that matters, as a share; null where none is set. */
  readonly threshold: number | null;
  readonly rows: readonly Effect[];
}

/** The environment's limits, in the unit of the pictures; null where there is none. */
export interface DrawnLimits {
  /** fdatasync, 99th percentile. */
  readonly fdatasync_ms: number | null;
  /** To the exchange city. */
  readonly roundTrip_ms: number | null;
  /** Share of all processor time. */
  readonly steal: number | null;
}

export interface ReportInput {
  /** One run a host, which the report is about. */
  readonly results: readonly Result[];
  /** Earlier runs of these hosts, in any order. Those of other hosts are left out. */
  readonly history: readonly Result[];
  /** Stock settings against ours; null where it was not tried. */
  readonly tuning: Effects | null;
  /** One host against another; null where there is only one, or they were not compared. */
  readonly comparison: Effects | null;
  readonly limits: DrawnLimits;
}
