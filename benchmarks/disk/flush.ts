import type { DiskData, DiskWindow } from './result.ts';

/**
 * No disk that stores what it is given should respond this fast, not even a drive with power-loss protection behind a
 * virtual controller. In memory an fdatasync takes 0.3 µs (measured). Our judgement, not from a standard.
 */
const fastestFlush_ns = 15_000;

/**
 * A flush that really empties a volatile cache waits for the medium, and the write before it did not: the flush takes
 * several times as long. A dropped flush still travels to the hypervisor and back, as the write does, but carries no
 * data: it is the faster of the two. Our judgement. Measured in qemu: 0.7 times the write with `cache=unsafe`, 1.6 with
 * a cache that honours flushes on a disk whose own flush is nearly free. Between the two values the answer is unknown.
 */
const perWrite = { dropped: 1.25, honoured: 2 } as const;

export interface FlushClaims {
  readonly writeCache: DiskData['writeCache'];
  /** The environment's `benchmarks.powerLossProtection`. */
  readonly powerLossProtection: boolean;
}

type Flush = NonNullable<DiskData['flush']>;

/**
 * Returns whether a flush reaches the disk, as far as its time shows. Null if it was not measured.
 *
 * `honoured` means the absence of doubt, not proof: only a power cut proves it.
 */
export function flushOf(windows: readonly DiskWindow[], claims: FlushClaims): Flush | null {
  const medians = windows.flatMap(({ sync }) => sync?.p50_ns ?? []);
  const fastest = Math.min(...medians);
  if (fastest < fastestFlush_ns) {
    return {
      verdict: 'not honoured',
      words: `flush not honoured: half of all fdatasync calls take at most ${microseconds(fastest)}. No disk is that fast (under ${microseconds(fastestFlush_ns)}), so a power cut loses confirmed jobs`,
    };
  }
  const cost = costOf(windows);
  return cost === null ? null : byCost(cost, claims);
}

interface Cost {
  readonly flush_ns: number;
  readonly write_ns: number;
}

function byCost(cost: Cost, claims: FlushClaims): Flush {
  const figures = `undisturbed (1st percentile), a flush takes ${microseconds(cost.flush_ns)} and the write before it ${microseconds(cost.write_ns)}`;
  if (claims.writeCache === 'write through') {
    return {
      verdict: 'honoured',
      words: `the disk says that it has no volatile cache, and its writes are no faster than a disk's (${figures}). Only a power cut proves it`,
    };
  }
  const ratio = cost.flush_ns / cost.write_ns;
  if (ratio >= perWrite.honoured) {
    return {
      verdict: 'honoured',
      words: `${figures}, so the flush waits for something. Only a power cut proves that it reaches the disk`,
    };
  }
  if (claims.powerLossProtection) {
    return {
      verdict: 'unclear',
      words: `${figures}, so the flush empties no cache. The environment declares that the cache survives a power cut (benchmarks.powerLossProtection). This is declared and not proven`,
    };
  }
  if (ratio >= perWrite.dropped) {
    return {
      verdict: 'unclear',
      words: `${figures}. That is little more, so the time does not show whether the flush empties the disk's cache. Ask the provider whether the cache survives a power cut. If it does, set benchmarks.powerLossProtection`,
    };
  }
  if (claims.writeCache === 'write back') {
    return {
      verdict: 'not honoured',
      words: `flush not honoured: the disk has a cache that a flush must empty (write back), but ${figures}. Either flushes are dropped and a power cut loses confirmed jobs, or the cache survives it. Ask the provider. If the cache survives, set benchmarks.powerLossProtection`,
    };
  }
  return {
    verdict: 'unclear',
    words: `${figures}, so the flush empties no cache. The host does not say whether the disk has one`,
  };
}

/**
 * The cost of the fastest hundredth, in the window in which a flush was cheapest relative to its write. Other load
 * makes a flush slower, never faster, and so hides a dropped flush.
 */
function costOf(windows: readonly DiskWindow[]): Cost | null {
  const costs = windows.flatMap(({ job, sync, write }) => {
    const [flush_ns, write_ns] = [sync?.p1_ns, write?.latency?.p1_ns];
    return job === 'randwrite-flush' && flush_ns && write_ns ? [{ flush_ns, write_ns }] : [];
  });
  costs.sort((a, b) => a.flush_ns / a.write_ns - b.flush_ns / b.write_ns);
  return costs[0] ?? null;
}

const microseconds = (nanoseconds: number): string =>
  nanoseconds < 1_000_000 ? `${(nanoseconds / 1000).toPrecision(3)} µs` : `${(nanoseconds / 1e6).toPrecision(3)} ms`;
