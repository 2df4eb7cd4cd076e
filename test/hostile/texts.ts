import fc from 'fast-check';
import { expect } from 'vitest';
import { type Line, rendered } from '../../lib/terminal.ts';
import { poison } from '../support/hostile-host.ts';
import { unprintable } from '../support/hostile-runs.ts';

/** A failure prints its seed and the smallest case: `fc.assert(…, { seed, path })` runs it again. */
export const runs = { numRuns: 150 };

export const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    poison,
    '',
    '\n',
    '\u0000',
    '\ud800',
    '../../../x',
    '__proto__',
    '-1',
    '1e999',
    'NaN',
    'null',
    '{}',
    '[]',
  ),
);
export const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
export const text = fc.oneof(
  nasty,
  fc.json({ stringUnit: 'binary' }),
  fc.array(nasty).map((lines) => lines.join('\n')),
  fc.array(nasty).map((words) => words.join(' ')),
);

/** A text with a part replaced: what a host would say, and something else in it. */
export const edited = (honest: string) =>
  fc
    .tuple(fc.nat(Math.max(1, honest.length)), fc.nat(40), nasty)
    .map(([at, length, instead]) => honest.slice(0, at) + instead + honest.slice(at + length));

/** Nothing in it but line ends is unprintable, and each further line of a quotation stands behind the bar. */
export function expectPrintable(lines: readonly Line[]): void {
  for (const line of lines) {
    const [, ...rest] = rendered(line, false).split('\n');
    expect(rendered(line, false)).not.toMatch(unprintable);
    for (const quotation of rest) expect(quotation).toMatch(/^ * {2}│/);
  }
}
