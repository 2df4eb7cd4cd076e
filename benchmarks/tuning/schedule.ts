import { InputError } from '../../lib/errors.ts';
import type { Side } from './groups.ts';

/** Fewer a side can show nothing: see leastSamples in ../statistics/effect.ts. */
export const defaultPerSide = 6;

/**
 * A B B A, again and again: what drifts evenly (the disk fills, the day gets busier) weighs on both sides the same, and
 * neither is always the first.
 *
 * @throws InputError TUNING_RUNS where `perSide` is not even or below 6
 */
export function interleaved(perSide: number = defaultPerSide): Side[] {
  if (!Number.isInteger(perSide) || perSide % 2 !== 0 || perSide < defaultPerSide) {
    throw new InputError('TUNING_RUNS', `runs a side: expected an even number from ${defaultPerSide}, got ${perSide}`, {
      hint: 'A B B A takes them in twos, and fewer than 6 can show nothing',
    });
  }
  return Array.from({ length: perSide / 2 }, (): Side[] => ['A', 'B', 'B', 'A']).flat();
}
