import { describe, expect, it } from 'vitest';
import { closingLine, countVitest } from '../../scripts/counts.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});
const report = (...testResults: ReturnType<typeof file>[]): string => JSON.stringify({ testResults });

describe('the count of a suite', () => {
  it('is of tests, not of files', () => {
    const text = report(file('passed', 'passed', 'passed', 'skipped'), file('failed', 'failed', 'passed'));
    expect(countVitest(text, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it('has a failure for a file that cannot be loaded', () => {
    expect(countVitest(report(file('failed'), file('passed', 'passed')), 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it.each([
    ['that left no report', null, 1],
    ['that left no report and says that all is well', null, 0],
    ['that failed outside of its tests', report(file('passed', 'passed')), 1],
    ['that a signal ended', report(file('passed', 'passed')), null],
    ['that ran nothing', report(), 0],
  ])('has a failure for a run %s', (_name, text, exitCode) => {
    expect(countVitest(text, exitCode).failed).toBe(1);
  });
});

describe('the closing line', () => {
  it('is what CI reads', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(closingLine({ passed: 12, failed: 1, skipped: 2 })).toBe('12 passed, 1 failed, 2 skipped');
  });
});
