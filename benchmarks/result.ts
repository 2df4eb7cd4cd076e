import * as z from 'zod';
import { contaminationSchema, cpuSchema } from './cpu/result.ts';
import { diskSchema } from './disk/result.ts';
import { networkSchema } from './network/result.ts';
import { queueSchema } from './queue/result.ts';
import { suiteNames } from './suite.ts';

/** How good a figure is for a queue host. `unknown` is not good: there was no measurement, or it cannot be trusted. */
export const verdictLevels = ['good', 'fair', 'bad', 'unknown'] as const;
export type VerdictLevel = (typeof verdictLevels)[number];

export const limitVerdictSchema = z.strictObject({
  /** Stable name, such as `disk/wal-append`. */
  id: z.string(),
  /** `host`: about the machine itself. */
  suite: z.enum([...suiteNames, 'host']),
  level: z.enum(verdictLevels),
  /** One sentence in terms of the workload, with the figure in it. */
  words: z.string(),
  /** The limit between good or fair and bad, with its source. Null if there is none. */
  threshold: z.string().nullable(),
});
export type LimitVerdict = z.output<typeof limitVerdictSchema>;

/** What a suite found. `data` is null if nothing could be measured. */
const section = <Schema extends z.ZodType>(data: Schema) =>
  z.strictObject({
    state: z.enum(['complete', 'partial', 'none']),
    /** Why it is not complete. Null if it is. */
    reason: z.string().nullable(),
    data: data.nullable(),
  });

export const evidenceSchema = z.strictObject({
  /** Relative to the run's folder: `raw/disk/wal-append-1.json`. */
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The command that ran on the host. */
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
  /** As systemd-detect-virt prints it: kvm, qemu, systemd-nspawn, none. */
  virtualization: z.string(),
  uptime_s: z.number(),
});
export type HostFacts = z.output<typeof factsSchema>;

/** One run on one host, as stored. Units are in the key names. A value that could not be read is null. */
export const resultSchema = z.strictObject({
  format: z.literal('jernverk-bench/1'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** True for short runs, for a gate or CI: their figures are coarser. */
  quick: z.boolean(),
  jernverk: z.string(),
  host: factsSchema,
  /** Version of each tool on the host, as the tool prints it. Null if the tool is missing. */
  tools: z.record(z.string(), z.string().nullable()),
  /** Settings of the kernel topic, as read from the host. Null if unknown or not applicable. */
  tuning: z.record(z.string(), z.string().nullable()),
  disk: section(diskSchema).optional(),
  cpu: section(cpuSchema).optional(),
  network: section(networkSchema).optional(),
  queue: section(queueSchema).optional(),
  /** The share that other guests and other programs took during each measurement, by the measurement's name. */
  contamination: z.array(contaminationSchema),
  verdicts: z.array(limitVerdictSchema),
  evidence: z.array(evidenceSchema),
});
export type Result = z.output<typeof resultSchema>;
