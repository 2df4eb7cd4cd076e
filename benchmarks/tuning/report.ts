import { percent } from '../numbers.ts';
import type { Tuning, TuningGroup } from './result.ts';

/** A tuning run as text, one entry per line: first what was found, then what was not measured and why. */
export function tuningLines({ host, kernel, perSide, limits, groups }: Tuning): string[] {
  const judged = groups.filter(({ effect }) => effect !== null);
  const rest = groups.filter(({ effect }) => effect === null);
  return [
    `Stock Debian (A) against the kernel topic (B) on ${host}, Linux ${kernel}, ${perSide} measurements a side:`,
    ...judged.flatMap(groupLines),
    ...(rest.length === 0 ? [] : ['Without a figure:']),
    ...rest.map(({ group, words }) => `  ${group}: ${words}`),
    `A difference counts from ${percent(limits.threshold)}, at ${percent(limits.alpha)} error over all groups.`,
  ];
}

const groupLines = ({ group, words, state, reason, settings }: TuningGroup): string[] => [
  `  ${group}: ${words}${state === 'partial' ? `; broken off: ${reason}` : ''}`,
  ...settings.map(
    ({ key, stock, ours }) => `    ${key}: ${stock === ours ? `${ours} on both sides` : `${stock} → ${ours}`}`,
  ),
];
