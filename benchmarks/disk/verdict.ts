import { ms } from '../numbers.ts';
import type { LimitVerdict } from '../result.ts';
import type { DiskData, DiskJobName, DiskWindow, Latency } from './result.ts';

export interface DiskDemands {
  /** The environment's `benchmarks.limits.fdatasync`, in milliseconds. */
  readonly fdatasync_ms: number;
  /**
   * The environment's `benchmarks.powerLossProtection`. If true, an unclear flush counts as fair, not as unknown.
   */
  readonly powerLossProtection: boolean;
  /** Why a measurement such as `disk/wal-append 1` says nothing about this machine. Null if it does. */
  readonly distrusted?: (measurement: string) => string | null;
}

/** Red Hat asks for 2 ms on a disk under a loaded etcd; etcd's own limit for any disk is 10 ms. */
const goodShare = 0.2;
/** Next to reads and segment writes the log may be slower by this factor before it is mentioned. Our judgement. */
const contendedTimes = 3;
/** A disk that is slower by this factor the second time ran on credit the first time. Our judgement. */
const slowdown = 0.7;

/** What the figures mean for a queue host. */
export function diskVerdicts(data: DiskData | null, demands: DiskDemands): LimitVerdict[] {
  const [append, all] = [trusted(data, 'wal-append', demands), data?.windows ?? []];
  return [
    flushVerdict(data, demands),
    data?.flush?.verdict === 'not honoured' ? notOfADisk(append) : appendVerdict(append, demands),
    ...contendedVerdict(trusted(data, 'wal-contended', demands).windows, append.windows, demands),
    ...windowsVerdict(all.filter(({ job }) => job === 'wal-append')),
  ];
}

/** A window whose fdatasync has a 99th percentile. */
type Synced = DiskWindow & { readonly sync: Latency & { readonly p99_ns: number } };
const isSynced = (window: DiskWindow): window is Synced => window.sync !== null && window.sync.p99_ns !== null;

interface Trusted {
  readonly windows: readonly Synced[];
  /** The first reason why a window was left out. Null if none was. */
  readonly reason: string | null;
}

function trusted(data: DiskData | null, job: DiskJobName, { distrusted = () => null }: DiskDemands): Trusted {
  const windows = (data?.windows ?? []).filter(isSynced).filter((window) => window.job === job);
  const reasons = windows.map(({ window }) => distrusted(`disk/${job} ${window}`));
  return {
    windows: windows.filter((_, index) => reasons[index] === null),
    reason: reasons.find((reason) => reason !== null) ?? null,
  };
}

function flushVerdict(data: DiskData | null, { powerLossProtection }: DiskDemands): LimitVerdict {
  const found = data?.flush ?? null;
  const unclear = powerLossProtection ? 'fair' : 'unknown';
  const levels = { honoured: 'good', 'not honoured': 'bad', unclear } as const;
  return {
    id: 'disk/flush',
    suite: 'disk',
    level: found === null ? 'unknown' : levels[found.verdict],
    words: found === null ? 'flushes were not measured, so it is unknown whether they reach the disk' : found.words,
    threshold:
      'fdatasync takes at least 15 µs, and a flush at least twice as long as the write before it (our judgement)',
  };
}

const appendThreshold = (limit: number): string =>
  `fdatasync p99 at most ${ms(limit)} (benchmarks.limits.fdatasync; etcd's line is 10 ms), good up to ${ms(limit * goodShare)}`;

function appendVerdict({ windows, reason }: Trusted, { fdatasync_ms: limit }: DiskDemands): LimitVerdict {
  const base = { id: 'disk/wal-append', suite: 'disk', threshold: appendThreshold(limit) } as const;
  // The host can be relied on for its slowest window.
  const slowest = [...windows].sort((a, b) => b.sync.p99_ns - a.sync.p99_ns)[0];
  if (slowest === undefined) {
    const why = reason === null ? 'the log of confirmed jobs was not measured' : `could not be determined: ${reason}`;
    return { ...base, level: 'unknown', words: why };
  }
  const p99 = slowest.sync.p99_ns / 1e6;
  const level = p99 > limit ? 'bad' : p99 > limit * goodShare ? 'fair' : 'good';
  return { ...base, level, words: `fdatasync p99 ${ms(p99)}: ${confirmed(slowest)}` };
}

/**
 * Without a flush the figure is that of some memory. `disk/flush` already counts that as bad, so it is not counted
 * twice.
 */
function notOfADisk({ windows: [first] }: Trusted): LimitVerdict {
  const figure = first === undefined ? '' : `fdatasync p99 ${ms(first.sync.p99_ns / 1e6)}, but `;
  return {
    id: 'disk/wal-append',
    suite: 'disk',
    level: 'unknown',
    words: `${figure}flushes are not honoured: this is the time of a cache, not of the disk`,
    threshold: null,
  };
}

/** One write and one fdatasync for each job, one after the other. */
function confirmed(window: Synced): string {
  const each_ns = window.sync.mean_ns + (window.write?.latency?.mean_ns ?? 0);
  return `about ${Math.round(1e9 / each_ns).toLocaleString('en')} confirmed jobs/s from one publisher that waits for each`;
}

function contendedVerdict(
  contended: readonly Synced[],
  alone: readonly Synced[],
  { fdatasync_ms: limit }: DiskDemands,
): LimitVerdict[] {
  const [beside, quiet] = [worst(contended), worst(alone)];
  if (beside === null || quiet === null) return [];
  const times = beside / quiet;
  const within = beside <= limit && times <= contendedTimes;
  return [
    {
      id: 'disk/wal-contended',
      suite: 'disk',
      level: within ? 'good' : 'fair',
      words: `during reads and segment writes, fdatasync p99 goes from ${ms(quiet)} to ${ms(beside)} (${times.toPrecision(2)} times). Confirms take that long while a backlog drains`,
      threshold: `at most ${ms(limit)} and ${contendedTimes} times as long (our judgement)`,
    },
  ];
}

/** The highest of the windows' 99th percentiles, in milliseconds. */
const worst = (windows: readonly Synced[]): number | null =>
  windows.length === 0 ? null : Math.max(...windows.map(({ sync }) => sync.p99_ns)) / 1e6;

function windowsVerdict(windows: readonly DiskWindow[]): LimitVerdict[] {
  const rates = windows.flatMap(({ write }) => write?.iops ?? []);
  const [first, last] = [rates[0], rates.at(-1)];
  if (first === undefined || last === undefined || rates.length < 2) return [];
  const slower = last < first * slowdown;
  return [
    {
      id: 'disk/windows',
      suite: 'disk',
      level: slower ? 'fair' : 'good',
      words: slower
        ? `the disk slows down under load, from ${first.toFixed(0)} to ${last.toFixed(0)} log writes/s some minutes later. Count on the lower figure`
        : `the disk does not slow down under load: ${first.toFixed(0)} log writes/s, and ${last.toFixed(0)} some minutes later`,
      threshold: `the last window at least ${slowdown * 100} % of the first (our judgement)`,
    },
  ];
}
