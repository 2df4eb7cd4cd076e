import { describe, expect, it } from 'vitest';
import { atLeast, atMost, holds, seconds } from '../../benchmarks/budgets/budget.ts';
import { describeOutcome } from '../../benchmarks/budgets/describe.ts';
import { rate } from '../../benchmarks/budgets/statistics.ts';
import { percentile } from '../../benchmarks/statistics/percentile.ts';
import { budgetsCommand } from '../../cli/budgets.ts';

describe('statistics', () => {
  const samples = [5, 1, 4, 2, 3];

  it.each([
    [0.5, 3],
    [0.99, 5],
    [1, 5],
    [0, 1],
  ])('the percentile %d is a value that was measured', (share, expected) => {
    expect(percentile(samples, share)).toBe(expected);
  });

  it('a rate leaves out what came while programs were warming up', () => {
    expect(rate([0, 900, 1000, 1100, 1200], 1)).toBe(10);
  });

  it('nothing measured is an error and not a zero', () => {
    expect(() => percentile([], 0.5)).toThrow('no samples');
    expect(() => rate([1, 2], 2)).toThrow('too few events: 2');
  });
});

describe('a budget', () => {
  it('holds up to its limit, from the right side', () => {
    const figure = seconds('median', 700);
    expect(holds(atMost(figure, 0.7))).toBe(true);
    expect(holds(atMost(figure, 0.69))).toBe(false);
    expect(holds(atLeast(figure, 0.71))).toBe(false);
  });

  it('is told with its limit, its parts and what else the machine did', () => {
    const load = { average: 1.5, slowdown: 1.1 };
    const measurement = {
      verdicts: [atMost(seconds('median', 900), 0.7)],
      parts: [seconds('build', 200)],
      notes: ['10 runs'],
    };
    expect(
      describeOutcome({
        budget: { name: 'apply', about: 'nothing to do' },
        measurement,
        before: load,
        after: load,
      }).join('\n'),
    ).toBe(`apply: nothing to do
  OVER  median: 0.90 s (at most 0.70 s)
        build        0.20 s
        · 10 runs
        · machine before: load 1.5, slowdown 1.1 ×; after: load 1.5, slowdown 1.1 ×`);
  });
});

it('a budget that does not exist is refused before anything is measured', async () => {
  const invocation = { environment: 'local', json: false, arguments: {}, rest: ['speed'], options: {} };
  await expect(budgetsCommand(invocation)).rejects.toThrow('there is no budget named speed');
});
