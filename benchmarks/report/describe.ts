import { oneLine } from '../../lib/printable.ts';
import type { Line } from '../../lib/terminal.ts';
import type { Result } from '../result.ts';
import { suiteNames } from '../suite.ts';
import { keyFigures } from './key-figures.ts';
import { headline, levelOf, signs, tally, worstFirst } from './levels.ts';

/** A run for the terminal: the verdicts with sign and word, worst first, then the key figures, one line per suite. */
export function describeResult(result: Result): readonly Line[] {
  const level = levelOf(result);
  const head = `${result.host.name}: ${headline(result)} (${tally(result.verdicts)})${result.quick ? ', quick run' : ''}`;
  return [
    [{ shade: level, text: oneLine(head) }],
    ...worstFirst(result.verdicts).map((verdict): Line => {
      const word = { shade: verdict.level, text: `${signs[verdict.level]} ${verdict.level.padEnd(7)}` };
      const limit = verdict.level === 'bad' && verdict.threshold !== null ? `. Limit: ${verdict.threshold}.` : '';
      return ['  ', word, ` ${oneLine(verdict.words + limit)}`];
    }),
    ...suiteNames.flatMap((suite) => figuresOf(result, suite)).map((line) => `  ${line}`),
  ];
}

function figuresOf(result: Result, suite: (typeof suiteNames)[number]): string[] {
  const section = result[suite];
  if (section === undefined) return [];
  const figures = keyFigures.flatMap((figure) => {
    const value = figure.suite === suite ? figure.of(result) : null;
    return value === null ? [] : [`${figure.name} ${figure.format(value)}`];
  });
  const state = section.state === 'complete' ? [] : [section.state === 'partial' ? 'only in part' : 'not measured'];
  const reason = section.reason === null ? [] : [section.reason];
  const dirty = result.contamination.filter(({ name, contaminated }) => contaminated && name.startsWith(`${suite}/`));
  const spoilt = dirty.length === 0 ? [] : [`${dirty.length} contaminated`];
  const words = [...figures, ...state, ...reason, ...spoilt];
  return [`${suite.padEnd(9)} ${words.length === 0 ? 'no figure' : words.join('; ')}`];
}
