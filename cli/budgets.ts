import { type Budget, holds } from '../benchmarks/budgets/budget.ts';
import { type BudgetOutcome, describe, describeOutcome } from '../benchmarks/budgets/describe.ts';
import { budgets } from '../benchmarks/budgets/list.ts';
import { describeMachine, readLoad } from '../benchmarks/budgets/machine.ts';
import { InputError } from '../lib/errors.ts';
import { note, say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import type { Invocation } from './invocation.ts';
import { projectRoot } from './project.ts';

/** Measures what docs/budgets.md promises, on lab hosts of its own. Exit code 1 if a budget does not hold. */
export async function budgetsCommand({ rest, json, options }: Invocation): Promise<number> {
  const chosen = choose(rest);
  const machine = describeMachine();
  const tell = (...lines: readonly string[]): void => {
    if (!json) say(...lines);
  };
  tell(describe(machine));
  const outcomes: BudgetOutcome[] = [];
  for (const budget of chosen) {
    const outcome = await measure(budget, options.keep === true);
    tell(...describeOutcome(outcome));
    outcomes.push(outcome);
  }
  if (json) sayJson({ machine, outcomes });
  return outcomes.every(({ measurement }) => measurement.verdicts.every(holds)) ? exitCodes.done : exitCodes.failed;
}

function choose(names: readonly string[]): readonly Budget[] {
  const strange = names.filter((name) => !budgets.some((budget) => budget.name === name));
  if (strange.length > 0) {
    throw new InputError('UNKNOWN_BUDGET', `there is no budget named ${strange.join(', ')}`, {
      hint: `there are ${budgets.map(({ name }) => name).join(', ')}`,
    });
  }
  return names.length === 0 ? budgets : budgets.filter(({ name }) => names.includes(name));
}

async function measure(budget: Budget, keep: boolean): Promise<BudgetOutcome> {
  const run = await budget.load();
  const before = readLoad();
  const measurement = await run({ root: projectRoot(), keep, say: (line) => note(`${budget.name}: ${line}`) });
  return { budget: { name: budget.name, about: budget.about }, measurement, before, after: readLoad() };
}
