import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { holm } from '../../../benchmarks/statistics/holm.ts';
import { medianInterval } from '../../../benchmarks/statistics/median.ts';
import { rankSumTest } from '../../../benchmarks/statistics/rank-sum.ts';
import { ratioInterval, shiftInterval } from '../../../benchmarks/statistics/shift.ts';

const numbers = z.array(z.number());
const referenceSchema = z.object({
  rankSum: z.array(
    z.object({
      name: z.string(),
      x: numbers,
      y: numbers,
      method: z.enum(['exact', 'normal']),
      U: z.number(),
      p: z.number(),
      estimate: z.number(),
      low: z.number(),
      high: z.number(),
      medianOfDifferences: z.number(),
    }),
  ),
  median: z.array(z.object({ n: z.number(), k: z.number(), coverage: z.number().nullable() })),
  holm: z.object({ p: numbers, adjusted: numbers }),
});
/** Made by R: see r-reference.R beside it. */
const reference = referenceSchema.parse(
  JSON.parse(readFileSync('test/fixtures/benchmarks/statistics/r-reference.json', 'utf8')),
);

describe.each(reference.rankSum)('as R has it: $name', ({ x, y, method, U, p, estimate, low, high, ...rest }) => {
  it('U and p', () => {
    const test = rankSumTest(x, y);
    expect(test).toMatchObject({ u: U, method });
    expect(test.p / p).toBeCloseTo(1, 6);
  });

  it('shift with its interval', () => {
    const shift = shiftInterval(y, x);
    expect(shift.estimate).toBeCloseTo(rest.medianOfDifferences, 9);
    if (x.length === 3) {
      // R gives the widest interval there is, and a warning that it is not 95 %. We give none.
      expect(shift).toMatchObject({ low: null, high: null, coverage: null });
      return;
    }
    // Where R does not compute exactly, it looks for bounds and estimate with a root finder that stops 1e-4 before them.
    const digits = method === 'exact' ? 9 : 2;
    expect(shift.low).toBeCloseTo(low, digits);
    expect(shift.high).toBeCloseTo(high, digits);
    if (method === 'exact') expect(shift.estimate).toBeCloseTo(estimate, digits);
  });
});

it('Hollander and Wolfe, table 4.1: the one-sided p of the permeability constants is half of ours', () => {
  const [first] = reference.rankSum;
  expect(rankSumTest(first?.x ?? [], first?.y ?? []).p / 2).toBeCloseTo(0.1272, 4);
});

it.each(reference.median)('the interval of the median of $n values lies between values $k from the ends', (row) => {
  const samples = Array.from({ length: row.n }, (_, index) => index + 1).reverse();
  const interval = medianInterval(samples);
  expect(interval.estimate).toBe((row.n + 1) / 2);
  if (row.coverage === null) expect(interval).toMatchObject({ low: null, high: null, coverage: null });
  else {
    expect([interval.low, interval.high]).toEqual([row.k, row.n + 1 - row.k]);
    expect(interval.coverage).toBeCloseTo(row.coverage, 12);
  }
});

it('corrects for many metrics as Holm does', () => {
  const adjusted = holm(reference.holm.p);
  for (const [index, value] of reference.holm.adjusted.entries()) expect(adjusted[index]).toBeCloseTo(value, 12);
});

it('a ratio is between the quotients, and there is none where a figure is not positive', () => {
  const a = [1, 2, 3, 4, 5, 6.5];
  const four = ratioInterval(
    a,
    a.map((value) => 4 * value),
  );
  expect(four?.estimate).toBeCloseTo(4, 9);
  expect(four?.low).toBeLessThan(4);
  expect(four?.high).toBeGreaterThan(4);
  expect(ratioInterval([0, 1], [1, 2])).toBeNull();
});

it('samples that are all equal are no evidence, and no division by zero', () => {
  expect(rankSumTest([5, 5, 5], [5, 5, 5])).toMatchObject({ p: 1, method: 'normal' });
});
