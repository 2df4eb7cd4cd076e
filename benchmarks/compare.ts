import { type Figure, figuresOf } from './compare/figures.ts';
import { followsDisk } from './compare/follow.ts';
import { notesOn } from './compare/notes.ts';
import type { Basis, CompareResult } from './compare/result.ts';
import type { Result } from './result.ts';
import {
  type Comparison,
  compareAll,
  defaultLimits,
  type Limits,
  leastSamples,
  type Pair,
} from './statistics/effect.ts';

/** One side of a comparison: at least one run of one machine. */
export type Runs = readonly [Result, ...Result[]];

/**
 * Samples within one run understate the variation between runs. So a shift between single runs counts only from this
 * size, as a share. Measured: undisturbed quick disk runs on one host differ by up to 45 % of each other. With 15 %,
 * every second pair of them looked like two hosts.
 */
export const partsThreshold = 0.5;

/**
 * Compares B with A in every figure that both sides have. With 6 runs a side, each run is a sample. With fewer, the
 * windows and samples within runs are, and the threshold is larger. A figure that each run has only once gets a ratio
 * without an interval.
 */
export function compareRuns(a: Runs, b: Runs, limits: Limits = defaultLimits): CompareResult {
  const [left, right] = [byId(a), byId(b)];
  const shared = [...left].flatMap(([id, figures]) => {
    const others = right.get(id);
    const [first] = figures;
    return others === undefined || first === undefined ? [] : [{ first, ...sharedOf(figures, others) }];
  });
  const comparisons = compareAll(
    shared.map(({ first, samples, basis }): Pair => {
      const pair = { ...samples, better: first.better };
      return basis === 'runs' ? pair : { ...pair, threshold: Math.max(partsThreshold, limits.threshold) };
    }),
    limits,
  );
  const rows = shared.flatMap(({ first: { id, subject, metric, better }, basis, doubt }, index) => {
    const comparison = comparisons[index];
    const row = { id, subject, metric, better, basis };
    return comparison === undefined ? [] : [{ ...row, comparison: doubted(comparison, doubt) }];
  });
  const doubts = new Map(shared.flatMap(({ first, doubt }) => (doubt === null ? [] : [[first.id, doubt]])));
  return {
    format: 'jernverk-compare/1',
    ...named(a, b),
    limits,
    partsThreshold,
    rows,
    notes: notesOn(a, b),
    drain: followsDisk(rows, doubts),
  };
}

interface Shared {
  readonly samples: Pick<Pair, 'a' | 'b'>;
  readonly basis: Basis;
  /** Why others on the machine may have caused a difference. Null if they did not. */
  readonly doubt: string | null;
}

/** Uses only runs in which nobody else used the machine, if there are enough: neighbours come and go by the hour. */
function sharedOf(a: readonly Figure[], b: readonly Figure[]): Shared {
  const clean = samplesOf(a.filter(isClean), b.filter(isClean));
  if (clean.basis === 'runs') return { ...clean, doubt: null };
  const found = samplesOf(a, b);
  const contaminated = [...a, ...b].find((figure) => !isClean(figure))?.contaminated ?? null;
  if (contaminated === null) return { ...found, doubt: null };
  return { ...found, doubt: `other guests or programs used a machine during ${contaminated}` };
}

const isClean = ({ contaminated }: Figure): boolean => contaminated === null;

const doubted = (comparison: Comparison, doubt: string | null): Comparison =>
  doubt === null ? comparison : { ...comparison, effect: 'no evidence', reason: doubt };

/** Returns each figure id with that figure from every run that has it. */
function byId(runs: Runs): Map<string, Figure[]> {
  const found = new Map<string, Figure[]>();
  for (const figure of runs.flatMap(figuresOf)) found.set(figure.id, [...(found.get(figure.id) ?? []), figure]);
  return found;
}

function samplesOf(a: readonly Figure[], b: readonly Figure[]): { samples: Pick<Pair, 'a' | 'b'>; basis: Basis } {
  const runs = { a: a.map(({ value }) => value), b: b.map(({ value }) => value) };
  if (enough(runs)) return { samples: runs, basis: 'runs' };
  const parts = { a: a.flatMap((figure) => figure.parts), b: b.flatMap((figure) => figure.parts) };
  return enough(parts) ? { samples: parts, basis: 'parts of runs' } : { samples: runs, basis: 'single' };
}

const enough = ({ a, b }: Pick<Pair, 'a' | 'b'>): boolean => Math.min(a.length, b.length) >= leastSamples;

function named(a: Runs, b: Runs): Pick<CompareResult, 'a' | 'b'> {
  const same = a[0].host.name === b[0].host.name;
  const side = (runs: Runs) => ({
    name: same ? `${runs[0].host.name} ${runs[0].startedAt}` : runs[0].host.name,
    runs: runs.map(({ startedAt }) => startedAt),
  });
  return { a: side(a), b: side(b) };
}
