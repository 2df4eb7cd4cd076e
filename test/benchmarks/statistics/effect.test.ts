import { expect, it } from 'vitest';
import { type Comparison, compareAll, comparisonSchema, type Pair } from '../../../benchmarks/statistics/effect.ts';

const a = [10.0, 10.1, 10.2, 10.3, 10.4, 10.5];
const times = (factor: number): number[] => a.map((value) => value * factor);

function compare(pair: Partial<Pair>): Comparison {
  const [comparison] = compareAll([{ a, b: a, better: 'lower', ...pair }]);
  if (comparison === undefined) throw new Error('no comparison');
  return comparison;
}

it('lower is better or worse, as the metric says', () => {
  expect(compare({ b: times(0.5) }).effect).toBe('better');
  expect(compare({ b: times(0.5), better: 'higher' }).effect).toBe('worse');
  expect(compare({ b: times(2), better: 'higher' }).effect).toBe('better');
});

it('a certain shift below the threshold does not matter', () => {
  expect(compare({ b: times(1.06) }).effect).toBe('worse');
  const small = compare({ b: times(1.045) });
  expect(small.p).toBeLessThan(0.05);
  expect(small).toMatchObject({ effect: 'no evidence', reason: 'a shift below 5 % does not matter: p = 0.004' });
  expect(compare({ b: times(1.06), threshold: 0.1 }).effect).toBe('no evidence');
});

it('five on a side are too few, whatever they say', () => {
  expect(compare({ a: a.slice(1), b: times(9) })).toMatchObject({
    effect: 'no evidence',
    reason: 'n too small: 5 on a side, 6 are needed',
  });
});

it('a metric among many must be more certain than one alone', () => {
  const doubtful: Pair = { a, b: [10.45, 10.6, 12.7, 13.8, 10.35, 14.9], better: 'lower' };
  const certain: Pair = { a, b: a, better: 'lower' };
  expect(compareAll([doubtful])[0]?.effect).toBe('worse');
  const many = compareAll([doubtful, ...Array.from({ length: 9 }, () => certain)]);
  expect(many[0]).toMatchObject({ effect: 'no evidence' });
  expect(many[0]?.pAdjusted).toBeCloseTo(10 * (many[0]?.p ?? 0), 12);
});

it('is what its schema says', () => {
  const comparison = compare({ b: times(2) });
  expect(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison)))).toEqual(comparison);
});

it('a metric with too few samples makes the others no harder to find', () => {
  const few: Pair = { a: [1], b: [2], better: 'lower' };
  const [comparison, single] = compareAll([{ a, b: times(2), better: 'lower' }, few, few]);
  expect(comparison?.pAdjusted).toBe(comparison?.p);
  expect(single).toMatchObject({ effect: 'no evidence', ratio: { estimate: 2, low: null, high: null } });
});
