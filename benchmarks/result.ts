import { z } from 'zod';
import { contaminationSchema, cpuSchema } from './cpu/result.ts';
import { diskSchema } from './disk/result.ts';
import { networkSchema } from './network/result.ts';
import { queueSchema } from './queue/result.ts';
import { suiteNames } from './suite.ts';

/**
 * How good a figure is for a queue host. `unknown` is not good: it could not be measured, or the measurement cannot
 * be trusted.
 */
export const verdictLevels = ['good', 'fair', 'bad', 'unknown'] as const;
export type VerdictLevel = (typeof verdictLevels)[number];

export const limitVerdictSchema = z.strictObject({
  /** Stable name, such as `disk/wal-append`. */
  id: z.string(),
  /** `host`: about the machine as such. */
  suite: z.enum([...suiteNames, 'host']),
  level: z.enum(verdictLevels),
  /** One sentence in words of the workload, with the figure in it. */
  words: z.string(),
  /** The limit that decides between good or fair and bad, and where it comes from; null where there is none. */
  threshold: z.string().nullable(),
});
export type LimitVerdict = z.output<typeof limitVerdictSchema>;

/** What a suite found; `data` is null where nothing could be measured. */
const section = <Schema extends z.ZodType>(data: Schema) =>
  z.strictObject({
    state: z.enum(['complete', 'partial', 'none']),
    /** Why it is not complete; null where it is. */
    reason: z.string().nullable(),
    data: data.nullable(),
  });

export const evidenceSchema = z.strictObject({
  /** Below the run's folder: `raw/disk/wal-append-1.json`. */
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** What was run on the host. */
  command: z.string(),
  keptAt: z.iso.datetime(),
});
export type Evidence = z.output<typeof evidenceSchema>;

const factsSchema = z.strictObject({
  /** Name in the environment. */
  name: z.string(),
  kernel: z.string(),
  debian: z.string(),
  cpuModel: z.string(),
  cores: z.int(),
  memory_bytes: z.int(),
  /** As systemd-detect-virt says: kvm, qemu, systemd-nspawn, none. */
  virtualization: z.string(),
  uptime_s: z.number(),
});
export type HostFacts = z.output<typeof factsSchema>;

/** One run on one host, as it is kept. Units are in the key names; a value that could not be had is null. */
export const resultSchema = z.strictObject({
  format: z.literal('jernverk-bench/1'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** Short runs, for a gate or CI: figures are coarser. */
  quick: z.boolean(),
  jernverk: z.string(),
  host: factsSchema,
  /** Version of each tool on the host, as it prints it; null where it is missing. */
  tools: z.record(z.string(), z.string().nullable()),
  /** Settings of the kernel topic as the host answers them; null where not known or not applicable. */
  tuning: z.record(z.string(), z.string().nullable()),
  disk: section(diskSchema).optional(),
  cpu: section(cpuSchema).optional(),
  network: section(networkSchema).optional(),
  queue: section(queueSchema).optional(),
  /** Other guests' and other programs' share in each measurement, by its name. */
  contamination: z.array(contaminationSchema),
  verdicts: z.array(limitVerdictSchema),
  evidence: z.array(evidenceSchema),
});
export type Result = z.output<typeof resultSchema>;
