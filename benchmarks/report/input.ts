import type { Environment } from '../../provision/environment/schema.ts';
import type { CompareResult } from '../compare/result.ts';
import { line_ms } from '../network/verdict.ts';
import type { Result } from '../result.ts';
import type { TuningResult } from '../tuning/result.ts';

/** The environment's limits, in the units of the pictures. Null if there is none. */
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
  /** The run of each host that the report is about. */
  readonly results: readonly Result[];
  /** Earlier runs of these hosts, in any order. Runs of other hosts are ignored. */
  readonly history: readonly Result[];
  /** Stock settings against Jernverk's. Null if they were not compared. */
  readonly tuning: TuningResult | null;
  /** One host against another. Null if there is only one, or they were not compared. */
  readonly comparison: CompareResult | null;
  readonly limits: DrawnLimits;
}
