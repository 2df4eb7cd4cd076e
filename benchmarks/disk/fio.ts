import * as z from 'zod';
import { OperationError } from '../../lib/errors.ts';
import type { DiskJob } from './jobs.ts';
import type { FioJob } from './options.ts';
import type { DiskWindow, Latency } from './result.ts';

/** fio's latency object, in nanoseconds. `N` exists from fio 3.20 on, `percentile` only if it was requested. */
const fioLatency = z.object({
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  N: z.int(),
  percentile: z.record(z.string(), z.number()).optional(),
});
type FioLatency = z.output<typeof fioLatency>;

const fioDirection = z.object({
  /** Bytes. The neighbouring field `bw` is in KiB. */
  bw_bytes: z.number(),
  iops: z.number(),
  /** Milliseconds. */
  runtime: z.number(),
  total_ios: z.number(),
  clat_ns: fioLatency,
});

const fioJob = z.object({
  jobname: z.string(),
  /** An errno. 0 means no error. */
  error: z.int(),
  read: fioDirection,
  write: fioDirection,
  /** Its `total_ios` is always 0 in 3.33 and 3.39: `lat_ns.N` is the count. */
  sync: z.object({ lat_ns: fioLatency }),
  steadystate: z.object({ ss: z.string(), attained: z.int() }).optional(),
});

const fioOutput = z.object({ 'fio version': z.string(), jobs: z.array(fioJob) });
export type FioOutput = z.output<typeof fioOutput>;

/**
 * Parses fio's JSON. Notes and errors come before it on the same stream, and sometimes after it. Throws OperationError
 * FIO_OUTPUT, with what fio printed instead, if there is no such JSON.
 */
export function parseFio(text: string): FioOutput {
  const start = text.search(/^\{/m);
  const end = text.lastIndexOf('\n}');
  if (start < 0 || end < start) throw notJson(text);
  const parsed = fioOutput.safeParse(jsonOf(text.slice(start, end + 2), text));
  if (parsed.success) return parsed.data;
  throw new OperationError('FIO_OUTPUT', `fio's JSON is not as expected: ${z.prettifyError(parsed.error)}`);
}

/** fio's log of rates, `rate 100, 4810, 1, 4096, 0, 0`: milliseconds, operations a second, direction, block size. */
export const parseRates = (text: string): number[] =>
  [...text.matchAll(/^rate \d+, (\d+), [01],/gm)].map(([, rate]) => Number(rate));

function jsonOf(json: string, text: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw notJson(text);
  }
}

function notJson(text: string): OperationError {
  const said = text.trim().split('\n').slice(-5).join('; ').slice(0, 500);
  return new OperationError('FIO_OUTPUT', `fio printed no JSON: ${said === '' ? 'nothing at all' : said}`);
}

/**
 * Returns what fio reports for the measured job. Throws OperationError FIO_FAILED if any job of the run met an error,
 * and FIO_OUTPUT if fio reports nothing for the job.
 */
function measuredIn(output: FioOutput, { measured }: FioJob): z.output<typeof fioJob> {
  const failed = output.jobs.find(({ error }) => error !== 0);
  if (failed) {
    throw new OperationError('FIO_FAILED', `fio's job ${failed.jobname} met error number ${failed.error} (errno)`);
  }
  const found = output.jobs.find(({ jobname }) => jobname === measured);
  if (!found) throw new OperationError('FIO_OUTPUT', `fio's JSON has no job ${measured}`);
  return found;
}

/** Returns the times of the measured job's flushes. Null if it flushed nothing. Throws as `windowOf`. */
export const flushesOf = (job: FioJob, output: FioOutput): Latency | null =>
  latency(measuredIn(output, job).sync.lat_ns);

/** Returns what one window of a job found. Throws OperationError FIO_FAILED or FIO_OUTPUT as `measuredIn` does. */
export function windowOf(
  job: DiskJob,
  output: FioOutput,
  window: number,
  startedAt: Date,
  rates_per_s: readonly number[] = [],
): DiskWindow {
  const measured = measuredIn(output, job);
  return {
    job: job.name,
    window,
    startedAt: startedAt.toISOString(),
    runtime_ms: Math.max(measured.read.runtime, measured.write.runtime),
    fio: output['fio version'],
    fileMode: job.fileMode,
    fileSize_bytes: job.fileSize_bytes,
    read: direction(measured.read),
    write: direction(measured.write),
    sync: latency(measured.sync.lat_ns),
    ...(rates_per_s.length === 0 ? {} : { rates_per_s: [...rates_per_s] }),
    steadyState: measured.steadystate
      ? { attained: measured.steadystate.attained === 1, criterion: measured.steadystate.ss }
      : null,
  };
}

const direction = (found: z.output<typeof fioDirection>): DiskWindow['read'] =>
  found.total_ios === 0
    ? null
    : { iops: found.iops, bandwidth_bytes_per_s: found.bw_bytes, latency: latency(found.clat_ns) };

/** Null if nothing was timed: no such operation took place, or `gtod_reduce` left zeros. */
function latency(found: FioLatency): Latency | null {
  if (found.N === 0) return null;
  const at = (key: string): number | null => found.percentile?.[key] ?? null;
  return {
    samples: found.N,
    min_ns: found.min,
    mean_ns: found.mean,
    max_ns: found.max,
    p1_ns: at('1.000000'),
    p50_ns: at('50.000000'),
    p90_ns: at('90.000000'),
    p95_ns: at('95.000000'),
    p99_ns: at('99.000000'),
    p999_ns: at('99.900000'),
    p9999_ns: at('99.990000'),
  };
}
