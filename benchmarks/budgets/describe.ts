import { type Budget, type BudgetVerdict, type Figure, holds, type Measurement } from './budget.ts';
import type { Load, Machine } from './machine.ts';

export interface BudgetOutcome {
  readonly budget: Pick<Budget, 'name' | 'about'>;
  readonly measurement: Measurement;
  readonly before: Load;
  readonly after: Load;
}

const number = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
const figure = ({ value, unit }: Figure): string => `${number(value)} ${unit}`;

const verdictLine = (verdict: BudgetVerdict): string =>
  `  ${holds(verdict) ? 'ok  ' : 'OVER'}  ${verdict.name}: ${figure(verdict)} (${verdict.bound} ${number(verdict.limit)} ${verdict.unit})`;

const load = ({ average, slowdown }: Load): string => `load ${average.toFixed(1)}, slowdown ${slowdown.toFixed(1)} ×`;

export function describeOutcome({ budget, measurement, before, after }: BudgetOutcome): readonly string[] {
  const width = Math.max(0, ...measurement.parts.map(({ name }) => name.length));
  return [
    `${budget.name}: ${budget.about}`,
    ...measurement.verdicts.map(verdictLine),
    ...measurement.parts.map((part) => `        ${part.name.padEnd(width)}  ${figure(part).padStart(12)}`),
    ...measurement.notes.map((note) => `        · ${note}`),
    `        · machine before: ${load(before)}; after: ${load(after)}`,
  ];
}

export const describe = ({ date, cpu, cores, memoryBytes, kernel, node }: Machine): string =>
  `${date}  ${cores} × ${cpu}, ${(memoryBytes / 2 ** 30).toFixed(0)} GB, Linux ${kernel}, Node ${node}`;
