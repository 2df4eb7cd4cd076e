import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { latencyAnswer, looksIn, outcomeOf } from '../../../benchmarks/queue/answers.ts';
import { drainSeries, drainUntil, endToEndOf, parseResident, rateOf } from '../../../benchmarks/queue/figures.ts';
import { drainSampleSchema, endToEndSchema, queueSchema } from '../../../benchmarks/queue/result.ts';
import { percentile } from '../../../benchmarks/statistics/percentile.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/benchmarks/queue', name), 'utf8');

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the nearest rank, of samples in any order', () => {
    expect([0, 0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 95, 99, 100]);
  });

  it('sorts numbers as numbers', () => {
    expect(percentile([9, 10, 100], 1)).toBe(100);
    expect(percentile([10, 9, 100], 0.1)).toBe(9);
  });

  it('of nothing is an error', () => {
    expect(() => percentile([], 0.5)).toThrow('no samples');
  });
});

describe('the drain series of a backlog of 20,000 on a real host', () => {
  const looks = looksIn(fixture('backlog-20000-debian13-nspawn.jsonl'));
  const series = drainSeries(looks);
  const jobsIn = (phase: string): number =>
    series.reduce((sum, { at_ms, phase: own, jobs_per_s }, index) => {
      const seconds = (at_ms - (series[index - 1]?.at_ms ?? at_ms)) / 1000;
      return own === phase ? sum + jobs_per_s * seconds : sum;
    }, 0);

  it('is what the result holds', () => {
    expect(() => drainSampleSchema.array().parse(series)).not.toThrow();
    expect(series).toHaveLength(looks.length);
  });

  it('adds up to the backlog in each phase', () => {
    expect(jobsIn('fill')).toBeCloseTo(20_000, 3);
    expect(jobsIn('drain')).toBeCloseTo(20_000, 3);
  });

  it('begins and ends with an empty queue', () => {
    expect([series[0]?.waiting, series.at(-1)?.waiting]).toEqual([0, 0]);
    expect(Math.max(...series.map(({ waiting }) => waiting))).toBeGreaterThan(15_000);
  });

  it('has rates between two looks only, so none in the first', () => {
    expect(series[0]).toMatchObject({ jobs_per_s: 0, flushes_per_s: null, writeLatency_ms: null });
    for (const { flushes_per_s, writeLatency_ms, brokerMemory_bytes } of series.slice(1)) {
      expect(flushes_per_s).toBeGreaterThan(0);
      expect(writeLatency_ms).toBeGreaterThan(0);
      expect(brokerMemory_bytes).toBeGreaterThan(100e6);
    }
  });

  it('has no disk figures where the host has no one disk', () => {
    const [, second] = drainSeries(looks.map((look) => ({ ...look, disk: null })));
    expect(second).toMatchObject({ flushes_per_s: null, writeLatency_ms: null });
  });
});

describe('a drain that the host’s death cuts off', () => {
  const printed = fixture('backlog-20000-debian13-nspawn.jsonl').split('\n');
  /** Until this line came, and half of the next one. */
  const until = (lines: number) =>
    drainUntil(looksIn([...printed.slice(0, lines), printed[lines]?.slice(0, 90)].join('\n')), 20_000);

  it('has what was drained until the last look, and says that this is not all', () => {
    const drain = until(16);
    expect(queueSchema.shape.drain.parse(drain)).toEqual(drain);
    expect(drain).toMatchObject({ backlog: 20_000, partial: true, fill: { jobs: 20_000 }, drain: { jobs: 11_218 } });
    expect(drain?.drain.duration_ms).toBeCloseTo(2500.2 - 1693.9, 0);
    expect(drain?.samples.at(-1)).toMatchObject({ phase: 'drain', waiting: 8682 });
  });

  it('has none where the backlog was not filled yet', () => {
    expect(until(10)).toBeNull();
    expect(until(0)).toBeNull();
  });
});

describe('the time from end to end', () => {
  it('of a real run at 100 jobs/s has reached the offered rate', () => {
    const answer = outcomeOf(fixture('end-to-end-100-debian13-nspawn.jsonl'), latencyAnswer);
    const figures = endToEndSchema.parse(endToEndOf(100, answer));
    expect(figures).toMatchObject({ offered_per_s: 100, jobs: 400 });
    expect(figures.reached_per_s).toBeCloseTo(100, 0);
    expect(figures.p50_ms).toBeLessThanOrEqual(figures.p99_ms);
    expect(figures.max_ms * 1000).toBe(Math.max(...answer.took_us));
  });

  it('does not reach the rate where the last jobs came late', () => {
    const took_us = Array.from({ length: 1000 }, () => 1000);
    const answer = { deliveries: 1000, distinct: 1000, redelivered: 0, strange: 0, left: 0, confirmed: 1000 };
    const late = { ...answer, senderLate_ms: 0, took_us, duration_ms: 4000 };
    expect(endToEndOf(500, late).reached_per_s).toBeCloseTo(250, 0);
  });
});

describe('rates and memory', () => {
  it('a rate is jobs over time, and 0 over none', () => {
    expect(rateOf(500, 2000)).toEqual({ jobs: 500, duration_ms: 2000, jobs_per_s: 250 });
    expect(rateOf(0, 0).jobs_per_s).toBe(0);
  });

  it('the broker’s memory is what it has resident, in bytes', () => {
    expect(parseResident('VmRSS:\t  113756 kB')).toBe(116_486_144);
    expect(parseResident(null)).toBeNull();
    expect(parseResident('VmRSS: many')).toBeNull();
  });
});
