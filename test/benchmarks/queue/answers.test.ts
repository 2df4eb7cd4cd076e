import { describe, expect, it } from 'vitest';
import { alarmIn, checkCounts, looksIn, outcomeOf, publishAnswer } from '../../../benchmarks/queue/answers.ts';

const look = '{"at_ms":3.1,"phase":"fill","confirmed":0,"consumed":0,"waiting":0,"memory":null,"disk":null}';
const outcome = '{"broker":"RabbitMQ 4.0.5","sent":9,"confirmed":9,"measured":5,"duration_ms":2997.9}';

describe('what a load program printed', () => {
  it('ends with its outcome', () => {
    expect(outcomeOf(`${look}\n${outcome}\n`, publishAnswer)).toMatchObject({ confirmed: 9, measured: 5 });
  });

  it.each(['', look, outcome.slice(0, 40)])('is refused where it has no outcome: %j', (printed) => {
    expect(() => outcomeOf(printed, publishAnswer)).toThrow('the load program ended without an outcome');
  });

  it('is read up to where it was cut off', () => {
    expect(looksIn(`${look}\n${look}\n${look.slice(0, 30)}`)).toHaveLength(2);
  });

  it('says where the broker raised an alarm', () => {
    expect(alarmIn(`${look}\n{"alarm":"low on disk"}\n`)).toBe('low on disk');
    expect(alarmIn(`${look}\n${outcome}\n`)).toBeNull();
    expect(alarmIn('')).toBeNull();
  });
});

describe('the counts', () => {
  const all = { distinct: 100, strange: 0, left: 0 };

  it('hold where each confirmed job came once', () => {
    expect(() => checkCounts(100, all)).not.toThrow();
  });

  it.each([
    ['a lost job', { ...all, distinct: 99 }],
    ['a job that nobody sent', { ...all, strange: 1 }],
    ['a job that is still there', { ...all, left: 1 }],
  ])('do not hold with %s', (_, counts) => {
    expect(() => checkCounts(100, counts)).toThrow('do not trust it with jobs');
  });
});
