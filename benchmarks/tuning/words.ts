import type { Comparison } from '../statistics/effect.ts';
import type { Interval } from '../statistics/interval.ts';
import { figure, percent } from '../statistics/words.ts';
import type { TuningGroup } from './result.ts';

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
export function effectWords(
  { words, unit }: NonNullable<TuningGroup['metric']>,
  { a, b, ratio, effect, reason }: Comparison,
): string {
  const by = ratio === null ? '' : `, ${change(ratio)}`;
  return `${words}: ${figure(a.estimate)} ${unit} with stock Debian, ${figure(b.estimate)} ${unit} with ours${by}: ${effect} (${reason})`;
}
