import * as z from 'zod';

/** What all processors did between two samples, about a second apart. Shares are of all processor time, 0 to 1. */
export const neighbourSampleSchema = z.strictObject({
  /** Milliseconds since the run began. */
  at_ms: z.number(),
  steal: z.number(),
  busy: z.number(),
  /** Share of the time in which some task waited for this resource. Null if the kernel has no PSI. */
  pressureCpu: z.number().nullable(),
  pressureIo: z.number().nullable(),
  pressureMemory: z.number().nullable(),
  contextSwitches_per_s: z.number(),
});
export type NeighbourSample = z.output<typeof neighbourSampleSchema>;

/** A busy loop bound to one processor: every gap in its time is time that something else took. */
export const gapProbeSchema = z.strictObject({
  cpu: z.int(),
  duration_ms: z.number(),
  /** Gaps longer than a millisecond. */
  gaps: z.int(),
  longestGap_ms: z.number(),
  /** Sum of these gaps over the duration, 0 to 1. */
  lost: z.number(),
});
export type GapProbe = z.output<typeof gapProbeSchema>;

export const cpuSchema = z.strictObject({
  gapProbes: z.array(gapProbeSchema),
  samples: z.array(neighbourSampleSchema),
});
export type CpuData = z.output<typeof cpuSchema>;

export const contaminationSchema = z.strictObject({
  /** The measurement, such as `disk/wal-append 1`. */
  name: z.string(),
  startedAt_ms: z.number(),
  endedAt_ms: z.number(),
  steal: z.number().nullable(),
  pressureCpu: z.number().nullable(),
  pressureIo: z.number().nullable(),
  contaminated: z.boolean(),
  /** Why it is contaminated, or why that is unknown. Null if it is clean. */
  reason: z.string().nullable(),
});
export type Contamination = z.output<typeof contaminationSchema>;
