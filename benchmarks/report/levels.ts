import type { LimitVerdict, Result, VerdictLevel } from '../result.ts';

/** Never by colour alone: each level has a sign and a word. */
export const signs: Readonly<Record<VerdictLevel, string>> = { good: '✓', fair: '~', bad: '✗', unknown: '?' };

/** What needs attention comes first. */
const order: readonly VerdictLevel[] = ['bad', 'unknown', 'fair', 'good'];

export const worstFirst = (verdicts: readonly LimitVerdict[]): LimitVerdict[] =>
  verdicts.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));

/** The level of the whole run: its worst verdict. Without a verdict it is unknown. */
export const levelOf = ({ verdicts }: Result): VerdictLevel =>
  order.find((level) => verdicts.some((verdict) => verdict.level === level)) ?? 'unknown';

const headlines: Readonly<Record<VerdictLevel, string>> = {
  good: 'good for a queue host',
  fair: 'fair for a queue host',
  bad: 'bad for a queue host',
  unknown: 'not everything is known',
};

export const headline = (result: Result): string =>
  result.verdicts.some(({ id }) => id === 'host/machine') ? 'not a machine to judge' : headlines[levelOf(result)];

/** `1 bad, 2 fair, 6 good`. */
export function tally(verdicts: readonly LimitVerdict[]): string {
  const parts = order.flatMap((level) => {
    const amount = verdicts.filter((verdict) => verdict.level === level).length;
    return amount === 0 ? [] : [`${amount} ${level}`];
  });
  return parts.length === 0 ? 'no verdict' : parts.join(', ');
}
