import { InputError } from '../../lib/errors.ts';
import type { Side } from './groups.ts';

/** Fewer samples a side cannot show anything: see leastSamples in ../statistics/effect.ts. */
export const defaultPerSide = 6;

/**
 * Returns A B B A, repeated. A steady drift (the disk fills, the day gets busier) then affects both sides equally, and
 * neither side is always first. Throws InputError TUNING_RUNS if `perSide` is not even or below 6.
 */
export function interleaved(perSide: number = defaultPerSide): Side[] {
  if (!Number.isInteger(perSide) || perSide % 2 !== 0 || perSide < defaultPerSide) {
    throw new InputError('TUNING_RUNS', `runs a side: expected an even number from ${defaultPerSide}, got ${perSide}`, {
      hint: 'the order is A B B A, so runs come in pairs, and fewer than 6 cannot show anything',
    });
  }
  return Array.from({ length: perSide / 2 }, (): Side[] => ['A', 'B', 'B', 'A']).flat();
}
