/** What the kernel has counted for a block device since it started. */
export interface DiskStatistics {
  readonly writes: number;
  /** Milliseconds that all writes together took, from request to completion. */
  readonly write_ms: number;
  /** Flushes that the device has completed. Null before Linux 5.5, which does not count them. */
  readonly flushes: number | null;
}

/**
 * Parses one line of /proc/diskstats (Documentation/admin-guide/iostats.rst): major, minor and name, then 11 numbers,
 * 15 from Linux 4.18 on (discards), 17 from 5.5 on (flushes). Flushes are counted for whole disks only. Returns null
 * for any other line.
 */
export function parseDiskStatistics(line: string | null): DiskStatistics | null {
  const [, , name, ...columns] = line?.trim().split(/\s+/) ?? [];
  const numbers = columns.map(Number);
  const [writes, write_ms, flushes] = [numbers[4], numbers[7], numbers[15]];
  if (name === undefined || writes === undefined || write_ms === undefined || numbers.some(Number.isNaN)) return null;
  return { writes, write_ms, flushes: flushes ?? null };
}

/**
 * The kernel keeps some of these counts in 32 bits: a count that went down has wrapped, and the increase is unknown.
 */
const increase = (before: number, after: number): number | null => (after < before ? null : after - before);

/** Flushes per second between two samples. Null if the kernel does not count them. */
export function flushRate(before: DiskStatistics | null, after: DiskStatistics | null, seconds: number): number | null {
  if (before?.flushes == null || after?.flushes == null || seconds <= 0) return null;
  const flushes = increase(before.flushes, after.flushes);
  return flushes === null ? null : flushes / seconds;
}

/** Mean milliseconds of a write between two samples. Null if nothing was written. */
export function writeLatency(before: DiskStatistics | null, after: DiskStatistics | null): number | null {
  if (before === null || after === null) return null;
  const [writes, ms] = [increase(before.writes, after.writes), increase(before.write_ms, after.write_ms)];
  return writes === null || writes === 0 || ms === null ? null : ms / writes;
}
