import { describe, expect, it } from 'vitest';
import type { QueueData } from '../../../benchmarks/queue/result.ts';
import { queueVerdicts } from '../../../benchmarks/queue/verdict.ts';

const nothing: QueueData = {
  broker: 'RabbitMQ 4.0.5',
  payload_bytes: 1024,
  publish: [],
  consume: null,
  endToEnd: [],
  drain: null,
};
const rate = (jobs: number, jobs_per_s: number) => ({ jobs, jobs_per_s, duration_ms: (jobs * 1000) / jobs_per_s });
const limits = { confirmed: 1000 };
const verdictOf = (id: string, data: Partial<QueueData>) =>
  queueVerdicts({ ...nothing, ...data }, limits).find((verdict) => verdict.id === id);

describe('confirmed jobs a second', () => {
  const publish = (many: number) => ({
    publish: [
      { inFlight: 256, ...rate(10_000, many) },
      { inFlight: 1, ...rate(1000, 310) },
    ],
  });

  it.each([
    [2000, 'good'],
    [1999, 'fair'],
    [1000, 'fair'],
    [999, 'bad'],
  ])('%i with many in flight are %s where the environment asks for 1,000', (perSecond, level) => {
    expect(verdictOf('queue/confirmed', publish(perSecond))).toMatchObject({ level });
  });

  it('are said in words of the workload', () => {
    expect(verdictOf('queue/confirmed', publish(5200))).toEqual({
      id: 'queue/confirmed',
      suite: 'queue',
      level: 'good',
      words:
        'the broker confirms 5,200 jobs/s from one publisher with 256 in flight, and 310 jobs/s from one that waits for each confirm',
      threshold: 'at least 1,000 jobs/s (benchmarks.limits.confirmed of the environment); good from twice that',
    });
  });

  it('are unknown where the run ended before they were measured', () => {
    expect(verdictOf('queue/confirmed', {})).toMatchObject({ level: 'unknown' });
    expect(verdictOf('queue/confirmed', { publish: [{ inFlight: 1, ...rate(1000, 310) }] })).toMatchObject({
      level: 'unknown',
    });
  });
});

describe('the time from end to end', () => {
  const measured = { offered_per_s: 500, jobs: 15_000, p50_ms: 1.04, p95_ms: 4, p99_ms: 9.6, max_ms: 40 };

  it('is good where 99 of 100 jobs are within the budget', () => {
    expect(verdictOf('queue/end-to-end-500', { endToEnd: [{ ...measured, reached_per_s: 499.8 }] })).toMatchObject({
      level: 'good',
      words: 'at 500 jobs/s, half of all jobs reach a worker within 1 ms, and 99 of 100 within 9.6 ms',
    });
  });

  it('is fair beyond it: the environment has no limit for it', () => {
    const slow = { ...measured, reached_per_s: 499.8, p99_ms: 86 };
    expect(verdictOf('queue/end-to-end-500', { endToEnd: [slow] })).toMatchObject({ level: 'fair' });
  });

  it('is bad where the host does not keep up, whatever the times are', () => {
    expect(verdictOf('queue/end-to-end-500', { endToEnd: [{ ...measured, reached_per_s: 312 }] })).toMatchObject({
      level: 'bad',
      words: 'the host does not keep up with 500 jobs/s: 312 jobs/s reached a worker',
    });
  });
});

describe('the drain of a backlog', () => {
  const sample = { at_ms: 0, phase: 'drain', waiting: 1, jobs_per_s: 1, brokerMemory_bytes: null } as const;
  const drain = (perSecond: number) => ({
    drain: {
      backlog: 1_000_000,
      fill: rate(1_000_000, 15_000),
      drain: rate(1_000_000, perSecond),
      samples: [
        { ...sample, flushes_per_s: null, writeLatency_ms: 2 },
        { ...sample, flushes_per_s: null, writeLatency_ms: 7.26 },
      ],
    },
  });

  it('is said in seconds, with what the disk did at its slowest', () => {
    expect(verdictOf('queue/drain', drain(12_500))).toMatchObject({
      level: 'good',
      words:
        'a backlog of 1,000,000 jobs drains in 80 s (12,500 jobs/s); at its slowest, a write to the disk took 7.3 ms on average between two samples',
    });
  });

  it('is bad where jobs may come in faster than they drain', () => {
    expect(verdictOf('queue/drain', drain(900))).toMatchObject({ level: 'bad' });
    expect(verdictOf('queue/drain', drain(1100))).toMatchObject({ level: 'fair' });
  });

  it('is unknown where it was cut off, and says how far it came', () => {
    const { drain: whole } = drain(12_500);
    const cut = { ...whole, partial: true, drain: rate(250_000, 12_500) };
    expect(verdictOf('queue/drain', { drain: cut })).toMatchObject({
      level: 'unknown',
      words: 'the run was cut off when 250,000 of 1,000,000 jobs had drained, at 12,500 jobs/s until then',
    });
  });

  it('is unknown where it was not measured', () => {
    expect(verdictOf('queue/drain', {})).toMatchObject({ level: 'unknown' });
  });
});
