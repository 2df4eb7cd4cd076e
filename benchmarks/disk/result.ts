import * as z from 'zod';

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

/** Latency of one kind of operation. A percentile is null if the tool did not report it. */
export const latencySchema = z.strictObject({
  samples: z.int(),
  min_ns: z.number(),
  mean_ns: z.number(),
  max_ns: z.number(),
  /** Only if the job requests it: the time that the disk needs when nothing else disturbs it. */
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

/** One window of one fio job. The windows of a job are spread over time, so that burst credits show. */
export const diskWindowSchema = z.strictObject({
  job: z.enum(diskJobNames),
  window: z.int().min(1),
  startedAt: z.iso.datetime(),
  runtime_ms: z.number(),
  fio: z.string(),
  /** How the file was made, which decides the figure (measured: append is 2.3 times slower than overwrite). */
  fileMode: z.enum(['append', 'preallocated', 'overwrite']),
  fileSize_bytes: z.int(),
  read: directionSchema.nullable(),
  write: directionSchema.nullable(),
  /** The fdatasync itself. Null in jobs without one. */
  sync: latencySchema.nullable(),
  /** Operations per second in each tenth of a second, in order. Missing if the job does not log them. */
  rates_per_s: z.array(z.number()).optional(),
  /** Null if steady state was not requested. */
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
  /** `write back` means that the disk has a cache which a flush must empty. Null if the host does not say. */
  writeCache: z.string().nullable(),
  flush: z.strictObject({ verdict: z.enum(flushVerdicts), words: z.string() }).nullable(),
  windows: z.array(diskWindowSchema),
});
export type DiskData = z.output<typeof diskSchema>;
