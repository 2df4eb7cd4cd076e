import type { z } from 'zod';
import { percentile } from '../statistics/percentile.ts';
import type { BacklogLook, LatencyAnswer } from './answers.ts';
import { flushRate, parseDiskStatistics, writeLatency } from './disk-statistics.ts';
import type { DrainSample, endToEndSchema, QueueData } from './result.ts';

interface Rate {
  readonly jobs: number;
  readonly duration_ms: number;
  readonly jobs_per_s: number;
}

export const rateOf = (jobs: number, duration_ms: number): Rate => ({
  jobs,
  duration_ms,
  jobs_per_s: duration_ms > 0 ? (jobs * 1000) / duration_ms : 0,
});

export function endToEndOf(offered_per_s: number, answer: LatencyAnswer): z.output<typeof endToEndSchema> {
  const at = (share: number): number => percentile(answer.took_us, share) / 1000;
  // The first job is sent at once, so there is one interval fewer than jobs. The last job arrives a little later than
  // it is due, which does not mean a lower rate.
  const last_ms = Math.max(answer.duration_ms - at(0.5), 1);
  return {
    offered_per_s,
    reached_per_s: ((answer.distinct - 1) * 1000) / last_ms,
    jobs: answer.distinct,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    max_ms: at(1),
  };
}

/** `VmRSS:	  113756 kB` in bytes. */
export function parseResident(line: string | null): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/.exec(line ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** Compares each sample with the previous one. The first has no previous one. */
export function drainSeries(looks: readonly BacklogLook[]): DrainSample[] {
  return looks.map((look, index) => {
    const before = looks[index - 1] ?? look;
    const seconds = (look.at_ms - before.at_ms) / 1000;
    const [disk, diskBefore] = [parseDiskStatistics(look.disk), parseDiskStatistics(before.disk)];
    const jobs = look.phase === 'fill' ? look.confirmed - before.confirmed : look.consumed - before.consumed;
    return {
      at_ms: look.at_ms,
      phase: look.phase,
      waiting: look.waiting,
      jobs_per_s: seconds > 0 ? jobs / seconds : 0,
      brokerMemory_bytes: parseResident(look.memory),
      flushes_per_s: flushRate(diskBefore, disk, seconds),
      writeLatency_ms: writeLatency(diskBefore, disk),
    };
  });
}

/** Returns what an interrupted drain had done by its last sample. Null if it had not begun. */
export function drainUntil(looks: readonly BacklogLook[], backlog: number): QueueData['drain'] {
  const filled = looks.findLast(({ phase }) => phase === 'fill');
  const last = looks.findLast(({ phase }) => phase === 'drain');
  if (filled === undefined || last === undefined || last.consumed === 0) return null;
  return {
    backlog,
    partial: true,
    fill: rateOf(filled.confirmed, filled.at_ms),
    drain: rateOf(last.consumed, last.at_ms - filled.at_ms),
    samples: drainSeries(looks),
  };
}
