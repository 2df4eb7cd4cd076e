import type { Comparison } from '../statistics/effect.ts';
import type { Interval } from '../statistics/interval.ts';
import type { TuningGroup } from './result.ts';

/** A figure with three digits that count. */
export const figure = (value: number): string =>
  Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

const percent = (ratio: number): string => {
  const share = Math.round((ratio - 1) * 1000) / 10;
  return `${share > 0 ? '+' : share < 0 ? '−' : '±'}${Math.abs(share)} %`;
};

/** `−34 % (95 % interval −41 % to −22 %)` */
export function change({ estimate, low, high }: Interval): string {
  const interval = low === null || high === null ? 'no interval' : `95 % interval ${percent(low)} to ${percent(high)}`;
  return `${percent(estimate)} (${interval})`;
}

/** One sentence about a group's effect, with the figure in it. */
export function effectWords(
  { words, unit }: NonNullable<TuningGroup['metric']>,
  { a, b, ratio, effect, reason }: Comparison,
): string {
  const by = ratio === null ? '' : `, ${change(ratio)}`;
  return `${words}: ${figure(a.estimate)} ${unit} with stock Debian, ${figure(b.estimate)} ${unit} with ours${by}: ${effect} (${reason})`;
}
