import type { Result, VerdictLevel } from '../result.ts';
import { suiteNames } from '../suite.ts';
import { keyFigures } from './key-figures.ts';
import { headlines, levelOf, signs, tally, worstFirst } from './levels.ts';

/** SGR parameters of ECMA-48: what the level looks like where colours are wanted. */
const shades: Readonly<Record<VerdictLevel, number>> = { good: 32, fair: 33, bad: 31, unknown: 2 };

/**
 * A run for the terminal: the verdicts with sign and word, worst first, then the key figures, a line a suite. Colour
 * adds nothing that the words do not say. What a host sent is shown without control characters.
 */
export function describeResult(result: Result, color = false): string {
  const paint = (level: VerdictLevel, text: string): string =>
    color ? `\u001b[${shades[level]}m${text}\u001b[0m` : text;
  const level = levelOf(result);
  const head = `${result.host.name}: ${headlines[level]} (${tally(result.verdicts)})${result.quick ? ', quick run' : ''}`;
  return [
    paint(level, plain(head)),
    ...worstFirst(result.verdicts).map((verdict) => {
      const word = paint(verdict.level, `${signs[verdict.level]} ${verdict.level.padEnd(7)}`);
      const limit = verdict.level === 'bad' && verdict.threshold !== null ? `. Limit: ${verdict.threshold}.` : '';
      return `  ${word} ${plain(verdict.words + limit)}`;
    }),
    ...suiteNames.flatMap((suite) => figuresOf(result, suite)).map((line) => `  ${plain(line)}`),
  ].join('\n');
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

const plain = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
