/** One number of a measurement. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'jobs/s' | 'jobs' | '×' | 'slots';
}

/** A figure for which the design sets a limit. */
export interface BudgetVerdict extends Figure {
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
}

export interface Measurement {
  readonly verdicts: readonly BudgetVerdict[];
  /** The figures behind the verdicts. */
  readonly parts: readonly Figure[];
  /** How it was measured, if the figures do not show it. */
  readonly notes: readonly string[];
}

/** What a measurement works with. */
export interface Bench {
  /** Absolute path of the project. */
  readonly root: string;
  /** If true, leaves the lab hosts for the next measurement and uses those that exist. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

/** One line of the budgets table in docs/budgets.md. */
export interface Budget {
  readonly name: string;
  readonly about: string;
  readonly load: () => Promise<(bench: Bench) => Promise<Measurement>>;
}

export const holds = ({ value, bound, limit }: BudgetVerdict): boolean =>
  bound === 'at most' ? value <= limit : value >= limit;

export const seconds = (name: string, milliseconds: number): Figure => ({
  name,
  value: milliseconds / 1000,
  unit: 's',
});

export const atMost = (figure: Figure, limit: number): BudgetVerdict => ({ ...figure, bound: 'at most', limit });
export const atLeast = (figure: Figure, limit: number): BudgetVerdict => ({ ...figure, bound: 'at least', limit });
