import type { Environment } from '../../provision/environment/schema.ts';
import { line_ms } from '../network/verdict.ts';
import type { DrawnLimits } from '../report/input.ts';

/** The environment's limits as the pictures draw them. */
export const drawnLimits = ({ benchmarks: { limits } }: Environment): DrawnLimits => ({
  fdatasync_ms: limits.fdatasync,
  roundTrip_ms: limits.roundTrip ?? line_ms,
  steal: limits.steal,
});
