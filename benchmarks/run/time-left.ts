import type { SuiteName } from '../suite.ts';
import { suites } from './suites.ts';

/** How long the rest takes: what the suites expect, less what their past measurements were expected to take. */
export interface TimeLeft {
  /**
   * Call when a measurement starts. `planned` is what the suite had counted for it, if different from `seconds`.
   * Returns the seconds left, this measurement included.
   */
  begin(seconds: number, planned?: number): number;
}

export async function timeLeftOf(names: readonly SuiteName[], quick: boolean, hosts: number): Promise<TimeLeft> {
  const each = await Promise.all(names.map(async (name) => (await suites[name]()).seconds(quick)));
  return countDown(hosts * each.reduce((sum, seconds) => sum + seconds, 0));
}

export function countDown(seconds: number): TimeLeft {
  let left = seconds;
  return {
    begin(seconds, planned = seconds) {
      // The sum may be too small: a measurement is repeated, or a suite's estimate was low.
      const before = Math.max(left - planned + seconds, seconds);
      left = before - seconds;
      return before;
    },
  };
}

/** `8 min`, `40 s` */
export const roughly = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
