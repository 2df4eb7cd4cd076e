import { describe, expect, it } from 'vitest';
import { rankSumAtMost } from '../../../benchmarks/statistics/distributions.ts';
import { compareAll } from '../../../benchmarks/statistics/effect.ts';
import { latency, many, seeded } from './samples.ts';

const experiments = 1000;
/** Without the threshold of what matters, so that the test's own error shows. */
const anyShift = { alpha: 0.05, threshold: 0 };

function shareOf(effect: string, perSide: number, scale: number, limits = anyShift): number {
  const random = seeded(perSide);
  const found = many(experiments, () => {
    const a = many(perSide, () => latency(random));
    const b = many(perSide, () => latency(random, scale));
    return compareAll([{ a, b, better: 'lower' }], limits)[0]?.effect === effect ? 1 : 0;
  });
  return found.reduce((total, each) => total + each, 0) / experiments;
}

/** The share that a fair test of these sizes finds by chance: the largest that its steps allow below 0.05. */
function trueRate(perSide: number): number {
  let u = -1;
  while (2 * rankSumAtMost(u + 1, perSide, perSide) < 0.05) u += 1;
  return 2 * rankSumAtMost(u, perSide, perSide);
}
/** Four standard errors of a share of so many experiments: one seed in 16,000 lies outside. */
const slack = (share: number): number => 4 * Math.sqrt((share * (1 - share)) / experiments);

describe.each([6, 10, 20])('%i samples a side of the same distribution, heavy-tailed with two modes', (perSide) => {
  const expected = trueRate(perSide);

  it('are no evidence in 95 % of all cases or a little more', () => {
    expect(expected).toBeGreaterThan(0.03);
    expect(Math.abs(1 - shareOf('no evidence', perSide, 1) - expected)).toBeLessThan(slack(expected));
  });

  it('are even less often evidence of a shift that matters', () => {
    const all = 1 - shareOf('no evidence', perSide, 1);
    const mattering = 1 - shareOf('no evidence', perSide, 1, { alpha: 0.05, threshold: 0.3 });
    expect(mattering).toBeLessThanOrEqual(all);
  });
});

it('above 50 a side, where the normal distribution stands in, the rate is the same', () => {
  expect(Math.abs(1 - shareOf('no evidence', 55, 1) - 0.05)).toBeLessThan(slack(0.05));
});

describe('a real shift is found', () => {
  it.each([
    [6, 2.5, 0.75],
    [12, 1.7, 0.75],
    [25, 1.4, 0.75],
  ])('with %i samples a side and %d times the latency, in more than %d of all cases', (perSide, scale, power) => {
    expect(shareOf('worse', perSide, scale)).toBeGreaterThan(power);
    expect(shareOf('better', perSide, 1 / scale)).toBeGreaterThan(power);
  });

  it('and is not taken for the opposite one', () => {
    expect(shareOf('better', 12, 1.7)).toBeLessThan(0.005);
  });
});

it('with twenty metrics that do not differ, Holm keeps the chance of even one finding at 5 %', () => {
  const random = seeded(20);
  const rounds = 300;
  const wrong = many(rounds, () => {
    const pairs = Array.from({ length: 20 }, () => ({
      a: many(10, () => latency(random)),
      b: many(10, () => latency(random)),
      better: 'lower' as const,
    }));
    return compareAll(pairs, anyShift).some(({ effect }) => effect !== 'no evidence') ? 1 : 0;
  }).reduce((total, each) => total + each, 0);
  expect(wrong / rounds).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / rounds));
});

/** How often an interval holds the true shift is what 95 % means. */
it('the interval holds the true ratio in 95 % of all cases or a little more', () => {
  const random = seeded(95);
  const held = many(experiments, () => {
    const a = many(8, () => latency(random));
    const b = many(8, () => latency(random, 1.5));
    const ratio = compareAll([{ a, b, better: 'lower' }])[0]?.ratio;
    return ratio?.low != null && ratio.high !== null && ratio.low <= 1.5 && 1.5 <= ratio.high ? 1 : 0;
  }).reduce((total, each) => total + each, 0);
  expect(held / experiments).toBeGreaterThan(0.95 - slack(0.05));
  expect(held / experiments).toBeLessThan(0.99);
});
