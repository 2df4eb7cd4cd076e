import { type DiskJobName, diskSchema } from '../../../benchmarks/disk/result.ts';
import { queueSchema } from '../../../benchmarks/queue/result.ts';
import { type Result, resultSchema } from '../../../benchmarks/result.ts';
import { seeded } from '../statistics/samples.ts';

export interface Machine {
  readonly name?: string;
  readonly startedAt?: string;
  /** Random and flushed writes a second. */
  readonly randomWrites?: number;
  readonly flushes?: number;
  readonly drain?: number;
  readonly roundTrip_ms?: number;
  readonly quick?: boolean;
  readonly backlog?: number;
  /** Decides the noise; each run of a machine has another. */
  readonly seed?: number;
  /** By how much one run as a whole differs from another, as a share: the hour, the neighbours. */
  readonly betweenRuns?: number;
}

/** A run as the suites would have written it on such a machine: two windows a job, a sample a second, 3 % noise. */
export function runOf(machine: Machine = {}): Result {
  const { name = 'one', randomWrites = 40_000, flushes = 2000, drain = 20_000, roundTrip_ms = 1.2 } = machine;
  const { startedAt = '2026-11-23T12:00:00.000Z', quick = false, seed = 1, betweenRuns = 0 } = machine;
  const random = seeded(seed);
  const run = 1 + betweenRuns * (2 * random() - 1);
  const noisy = (value: number): number => value * run * (1 + 0.06 * (random() - 0.5));
  return resultSchema.parse({
    format: 'jernverk-bench/1',
    startedAt,
    endedAt: startedAt,
    quick,
    jernverk: '0.1.0',
    host: {
      name,
      kernel: '6.12.117+deb13-cloud-amd64',
      debian: '13',
      cpuModel: 'a processor',
      cores: 2,
      memory_bytes: 2 ** 31,
      virtualization: 'kvm',
      uptime_s: 1000,
    },
    tools: {},
    tuning: {},
    disk: complete(diskData(noisy, randomWrites, flushes)),
    network: complete({ exchangeCity: 'Oslo', roundTrips: [roundTrip(noisy, roundTrip_ms)], paths: [], cities: [] }),
    queue: complete(queueData(noisy, drain, machine.backlog ?? 1_000_000)),
    contamination: [],
    verdicts: [],
    evidence: [],
  });
}

const complete = (data: object) => ({ state: 'complete', reason: null, data });

type Noisy = (value: number) => number;

function diskData(noisy: Noisy, randomWrites: number, flushes: number) {
  const window = (job: DiskJobName, index: number, rate: number, flushed: boolean) => ({
    job,
    window: index,
    startedAt: '2026-11-23T12:00:00.000Z',
    runtime_ms: 60_000,
    fio: 'fio-3.39',
    fileMode: flushed ? 'append' : 'overwrite',
    fileSize_bytes: 2 ** 31,
    read: null,
    write: { iops: noisy(rate), bandwidth_bytes_per_s: rate * 4096, latency: latency(noisy(1e9 / rate)) },
    sync: flushed ? latency(noisy(1e9 / rate)) : null,
    steadyState: null,
  });
  return diskSchema.parse({
    directory: '/var/lib/rabbitmq',
    fileSystem: 'ext4',
    device: 'vda1',
    free_bytes: 1e10,
    writeCache: 'write back',
    flush: null,
    windows: [1, 2].flatMap((index) => [
      window('wal-append', index, flushes, true),
      window('randwrite-1', index, randomWrites / 4, false),
      window('randwrite-64', index, randomWrites, false),
    ]),
  });
}

const latency = (p99_ns: number) => ({
  samples: 1000,
  min_ns: p99_ns / 3,
  mean_ns: p99_ns / 2,
  max_ns: p99_ns * 4,
  p50_ns: p99_ns / 2,
  p90_ns: p99_ns * 0.8,
  p95_ns: p99_ns * 0.9,
  p99_ns,
  p999_ns: null,
  p9999_ns: null,
});

function queueData(noisy: Noisy, rate: number, backlog: number) {
  const seconds = 40;
  const drained = noisy(rate);
  return queueSchema.parse({
    broker: 'RabbitMQ 4.0.5',
    payload_bytes: 1024,
    publish: [{ inFlight: 1000, jobs: 100_000, duration_ms: 5000, jobs_per_s: noisy(20_000) }],
    consume: null,
    endToEnd: [],
    drain: {
      backlog,
      fill: { jobs: backlog, duration_ms: 50_000, jobs_per_s: noisy(20_000) },
      drain: { jobs: backlog, duration_ms: 50_000, jobs_per_s: drained },
      samples: Array.from({ length: seconds }, (_, index) => ({
        at_ms: index * 1000,
        phase: 'drain',
        waiting: backlog - index,
        jobs_per_s: index === seconds - 1 ? drained / 3 : noisy(rate),
        brokerMemory_bytes: null,
        flushes_per_s: null,
        writeLatency_ms: null,
      })),
    },
  });
}

function roundTrip(noisy: Noisy, p50_ms: number) {
  const samples_ms = Array.from({ length: 20 }, () => noisy(p50_ms));
  return {
    target: 'ntp.example.no',
    operator: 'an operator',
    city: 'Oslo',
    protocol: 'ntp',
    address: '192.0.2.1',
    clock: 'program',
    sent: 20,
    answered: 20,
    loss: 0,
    min_ms: p50_ms,
    p50_ms: noisy(p50_ms),
    p95_ms: p50_ms,
    floor_ms: 0,
    samples_ms,
    reason: null,
  };
}
