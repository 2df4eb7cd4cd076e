import { describe, expect, it } from 'vitest';
import { countDown } from '../../../benchmarks/run/time-left.ts';

describe('the time left', () => {
  it('is the plan less what was planned for the measurements before', () => {
    const left = countDown(100);
    expect([left.begin(30), left.begin(60), left.begin(10)]).toEqual([100, 70, 10]);
  });

  it('follows what is known better by now, and so does all that comes after', () => {
    const left = countDown(600);
    expect([left.begin(50), left.begin(80, 500), left.begin(50)]).toEqual([600, 130, 50]);
  });

  it('is never less than the measurement that begins', () => {
    const left = countDown(10);
    expect([left.begin(30), left.begin(20)]).toEqual([30, 20]);
  });
});
