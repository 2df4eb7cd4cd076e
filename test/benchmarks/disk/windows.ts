import type { DiskData, DiskJobName, DiskWindow, Latency } from '../../../benchmarks/disk/result.ts';

const latency = (p50_us: number, p99_us: number): Latency => ({
  samples: 1000,
  min_ns: p50_us * 500,
  mean_ns: p50_us * 1000,
  max_ns: p99_us * 2000,
  p1_ns: p50_us * 1000,
  p50_ns: p50_us * 1000,
  p90_ns: p50_us * 1200,
  p95_ns: p50_us * 1500,
  p99_ns: p99_us * 1000,
  p999_ns: p99_us * 1500,
  p9999_ns: null,
});

export interface Times {
  /** Median of the fdatasync in microseconds. */
  readonly sync: number;
  /** Its 99th percentile; ten times the median by default. */
  readonly p99?: number;
  /** Median of the write before it; 4 by default. */
  readonly write?: number;
  readonly iops?: number;
  readonly window?: number;
}

export const windowWith = (job: DiskJobName, times: Times): DiskWindow => ({
  job,
  window: times.window ?? 1,
  startedAt: '2026-11-23T12:00:00.000Z',
  runtime_ms: 5000,
  fio: 'fio-3.39',
  fileMode: 'append',
  fileSize_bytes: 2 ** 29,
  read: null,
  write: {
    iops: times.iops ?? 1000,
    bandwidth_bytes_per_s: 4_096_000,
    latency: latency(times.write ?? 4, (times.write ?? 4) * 3),
  },
  sync: latency(times.sync, times.p99 ?? times.sync * 10),
  steadyState: null,
});

export const diskWith = (windows: readonly DiskWindow[], flush: DiskData['flush'] = null): DiskData => ({
  directory: '/var/lib/rabbitmq',
  fileSystem: 'ext4',
  device: '/dev/vda1',
  free_bytes: 2 ** 35,
  writeCache: 'write back',
  flush,
  windows: [...windows],
});
