import { z } from 'zod';

export const diskJobNames = [
  'wal-append',
  'wal-batch',
  'etcd',
  'wal-contended',
  'randread-1',
  'randread-64',
  'randwrite-1',
  'randwrite-flush',
  'randwrite-64',
  'yabs-4k',
  'yabs-64k',
] as const;
export type DiskJobName = (typeof diskJobNames)[number];

/** Latency of one kind of operation. Null percentiles: the tool did not give them. */
export const latencySchema = z.strictObject({
  samples: z.int(),
  min_ns: z.number(),
  mean_ns: z.number(),
  max_ns: z.number(),
  /** Only where a job asks for it: what the disk needs where nothing else disturbs. */
  p1_ns: z.number().nullable().optional(),
  p50_ns: z.number().nullable(),
  p90_ns: z.number().nullable(),
  p95_ns: z.number().nullable(),
  p99_ns: z.number().nullable(),
  p999_ns: z.number().nullable(),
  p9999_ns: z.number().nullable(),
});
export type Latency = z.output<typeof latencySchema>;

const directionSchema = z.strictObject({
  iops: z.number(),
  bandwidth_bytes_per_s: z.number(),
  /** Completion latency, without any fdatasync after it. */
  latency: latencySchema.nullable(),
});

/** One window of one fio job. Windows of a job lie apart in time, so that burst credits show. */
export const diskWindowSchema = z.strictObject({
  job: z.enum(diskJobNames),
  window: z.int().min(1),
  startedAt: z.iso.datetime(),
  runtime_ms: z.number(),
  fio: z.string(),
  /** How the file came to be: it decides the figure (measured: append is 2.3 times slower than overwrite). */
  fileMode: z.enum(['append', 'preallocated', 'overwrite']),
  fileSize_bytes: z.int(),
  read: directionSchema.nullable(),
  write: directionSchema.nullable(),
  /** The fdatasync itself; null in jobs without one. */
  sync: latencySchema.nullable(),
  /** Operations a second in each tenth of a second, in order; not there where the job does not log them. */
  rates_per_s: z.array(z.number()).optional(),
  /** Null where steady state was not asked for. */
  steadyState: z.strictObject({ attained: z.boolean(), criterion: z.string() }).nullable(),
});
export type DiskWindow = z.output<typeof diskWindowSchema>;

export const flushVerdicts = ['honoured', 'not honoured', 'unclear'] as const;

export const diskSchema = z.strictObject({
  /** The folder that the broker writes to. */
  directory: z.string(),
  fileSystem: z.string(),
  device: z.string(),
  free_bytes: z.int(),
  /** `write back` means that the disk has a cache which a flush must empty; null where the host does not say. */
  writeCache: z.string().nullable(),
  flush: z.strictObject({ verdict: z.enum(flushVerdicts), words: z.string() }).nullable(),
  windows: z.array(diskWindowSchema),
});
export type DiskData = z.output<typeof diskSchema>;
