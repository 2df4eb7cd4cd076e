import { expect, it } from 'vitest';
import { halvesOf, latestAlike } from '../../../benchmarks/run/latest.ts';
import { runOf } from '../compare/run.ts';

/** Runs in the order of their starts; which of them are in full. */
const runs = (count: number, full: readonly number[] = []) =>
  Array.from({ length: count }, (_, index) =>
    runOf({ quick: !full.includes(index), startedAt: new Date(Date.UTC(2026, 10, 23, 0, index)).toISOString() }),
  );
const minutes = (of: readonly { readonly startedAt: string }[]): number[] =>
  of.map(({ startedAt }) => new Date(startedAt).getUTCMinutes());

it('the newest runs are the last six that are as the last one is', () => {
  expect(minutes(latestAlike(runs(9, [7])))).toEqual([2, 3, 4, 5, 6, 8]);
  expect(latestAlike([])).toEqual([]);
});

it('halves are the earlier and the later of twelve runs at the most, as many on each side', () => {
  const halves = (of: ReturnType<typeof runs>) => [minutes(halvesOf(of).before), minutes(halvesOf(of).after)];
  expect(halves(runs(14))).toEqual([
    [2, 3, 4, 5, 6, 7],
    [8, 9, 10, 11, 12, 13],
  ]);
  expect(halves(runs(5))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(halves(runs(1))).toEqual([[], []]);
});
