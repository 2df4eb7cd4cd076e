import { describe, expect, it } from 'vitest';
import { countsFrom, dueAt, dueBy } from '../../../benchmarks/queue/schedule.ts';

const schedule = { perSecond: 500, count: 10 };

describe('an open-loop schedule', () => {
  it('has each job due at its own time, whatever became of those before it', () => {
    expect([0, 1, 2, 9].map((job) => dueAt(schedule, job))).toEqual([0, 2, 4, 18]);
  });

  it('has all jobs due that a stall held up', () => {
    expect(dueBy(schedule, 0)).toBe(1);
    expect(dueBy(schedule, 1.9)).toBe(1);
    expect(dueBy(schedule, 2)).toBe(2);
    expect(dueBy(schedule, 15)).toBe(8);
  });

  it('ends', () => {
    expect(dueBy(schedule, 1_000_000)).toBe(10);
    expect(dueBy(schedule, -1)).toBe(0);
  });

  it('every job that is due by a time was due at or before it', () => {
    for (let elapsed = 0; elapsed < 20; elapsed += 0.1) {
      const due = dueBy(schedule, elapsed);
      expect(dueAt(schedule, due - 1)).toBeLessThanOrEqual(elapsed);
      if (due < schedule.count) expect(dueAt(schedule, due)).toBeGreaterThan(elapsed - 1e-9);
    }
  });
});

describe('the time of a job', () => {
  it('counts from when it was sent, where only the timer was late', () => {
    expect(countsFrom(100, 101.2)).toBe(101.2);
  });

  it('counts from when it was due, where a stall held the sender up too', () => {
    expect(countsFrom(100, 180)).toBe(100);
  });
});
