import { moment } from '../numbers.ts';
import type { Result } from '../result.ts';
import { keyFigures } from './key-figures.ts';
import { levelOf, signs } from './levels.ts';

/** The runs of a host as a table of at most 100 columns: when, the worst verdict, and the key figures. */
export function describeHistory(runs: readonly Result[]): readonly string[] {
  const head = ['start', '', ...keyFigures.map(({ column }) => column)];
  const rows = runs.map((run) => [
    moment(run.startedAt),
    `${signs[levelOf(run)]}${run.quick ? ' quick' : ''}`,
    ...keyFigures.map(({ of, format }) => {
      const value = of(run);
      return value === null ? '–' : format(value);
    }),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', ...legend];
}

const legend = keyFigures
  .filter(({ column, name }) => column !== name)
  .map(({ column, name }) => `${column.padEnd(10)}  ${name}`);
