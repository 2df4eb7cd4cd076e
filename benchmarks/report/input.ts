import type { Environment } from '../../provision/environment/schema.ts';
import type { CompareResult } from '../compare/result.ts';
import { line_ms } from '../network/verdict.ts';
import type { Result } from '../result.ts';
import type { TuningResult } from '../tuning/result.ts';

/** The environment's limits, in the unit of the pictures; null where there is none. */
export interface DrawnLimits {
  /** fdatasync, 99th percentile. */
  readonly fdatasync_ms: number | null;
  /** To the exchange city. */
  readonly roundTrip_ms: number | null;
  /** Share of all processor time. */
  readonly steal: number | null;
}

/** The environment's limits as the pictures draw them. */
export const drawnLimits = ({ benchmarks: { limits } }: Environment): DrawnLimits => ({
  fdatasync_ms: limits.fdatasync,
  roundTrip_ms: limits.roundTrip ?? line_ms,
  steal: limits.steal,
});

export interface ReportInput {
  /** One run a host, which the report is about. */
  readonly results: readonly Result[];
  /** Earlier runs of these hosts, in any order. Those of other hosts are left out. */
  readonly history: readonly Result[];
  /** Stock settings against ours; null where it was not tried. */
  readonly tuning: TuningResult | null;
  /** One host against another; null where there is only one, or they were not compared. */
  readonly comparison: CompareResult | null;
  readonly limits: DrawnLimits;
}
