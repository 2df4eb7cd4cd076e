import { figure, percent } from '../numbers.ts';
import type { Interval } from '../statistics/interval.ts';
import type { CompareResult, CompareRow } from './result.ts';

const heading = ['figure', 'A', 'B', 'B / A', '95 % interval', 'verdict'] as const;

/** A comparison as text, one entry per line. */
export function compareLines({ a, b, rows, notes, drain, limits, partsThreshold }: CompareResult): string[] {
  if (rows.length === 0) return [`A is ${a.name}, B is ${b.name}: they have no figure in common`, ...notes];
  const cells = [[...heading], ...rows.map(cellsOf)];
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const table = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === heading.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [
    `A is ${a.name} (${runs(a.runs.length)}), B is ${b.name} (${runs(b.runs.length)})`,
    '',
    ...table,
    '',
    `With 6 or more runs a side, a difference counts from ${percent(limits.threshold)}. With fewer, parts of runs are compared, and it counts from ${percent(partsThreshold)}.`,
    `Drain and disk: ${drain.words}.`,
    ...notes.map((note) => `Note: ${note}.`),
  ];
}

function cellsOf({ subject, metric, comparison: { a, b, ratio, effect, reason } }: CompareRow): string[] {
  const verdict = `${effect} (${reason})`;
  const times = ratio === null ? 'no ratio' : `${figure(ratio.estimate)} ×`;
  return [`${subject}: ${metric}`, figure(a.estimate), figure(b.estimate), times, interval(ratio), verdict];
}

const interval = (ratio: Interval | null): string =>
  ratio === null || ratio.low === null || ratio.high === null ? '-' : `${figure(ratio.low)} to ${figure(ratio.high)}`;

const runs = (count: number): string => (count === 1 ? '1 run' : `${count} runs`);
