import { figure, percent } from '../numbers.ts';
import { type Comparison, compareAll, type Limits } from '../statistics/effect.ts';
import type { Interval } from '../statistics/interval.ts';
import type { Side } from './groups.ts';
import type { TuningGroup } from './result.ts';

const valuesOf = ({ samples }: TuningGroup, wanted: Side): number[] =>
  samples.filter(({ side }) => side === wanted).map(({ value }) => value);

/**
 * Adds the comparison and effect to each group. All groups are compared together, because each additional group makes
 * Holm's correction stricter for all.
 */
export function judgeGroups(groups: readonly TuningGroup[], limits: Limits): TuningGroup[] {
  const judged = groups.flatMap((group) => {
    const [a, b] = [valuesOf(group, 'A'), valuesOf(group, 'B')];
    return group.metric === null || a.length === 0 || b.length === 0 ? [] : [{ group, metric: group.metric, a, b }];
  });
  const comparisons = compareAll(
    judged.map(({ a, b, metric }) => ({ a, b, better: metric.better })),
    limits,
  );
  const found = new Map(judged.map(({ group, metric }, index) => [group.group, { metric, of: comparisons[index] }]));
  return groups.map((group) => {
    const { metric, of: comparison } = found.get(group.group) ?? {};
    if (metric === undefined || comparison === undefined) {
      return { ...group, comparison: null, effect: null, words: `${group.state}: ${group.reason ?? 'no samples'}` };
    }
    return { ...group, comparison, effect: comparison.effect, words: effectWords(metric, comparison) };
  });
}

const signed = (ratio: number): string => {
  const sign = ratio > 1 ? '+' : ratio < 1 ? '−' : '±';
  return `${sign}${percent(Math.abs(ratio - 1))}`;
};

/** `−34 % (95 % interval −41 % to −22 %)` */
function change({ estimate, low, high }: Interval): string {
  const interval = low === null || high === null ? 'no interval' : `95 % interval ${signed(low)} to ${signed(high)}`;
  return `${signed(estimate)} (${interval})`;
}

/** One sentence about a group's effect, with the figure in it. */
function effectWords(
  { words, unit }: NonNullable<TuningGroup['metric']>,
  { a, b, ratio, effect, reason }: Comparison,
): string {
  const by = ratio === null ? '' : `, ${change(ratio)}`;
  return `${words}: ${figure(a.estimate)} ${unit} with stock Debian, ${figure(b.estimate)} ${unit} with our settings${by}: ${effect} (${reason})`;
}
