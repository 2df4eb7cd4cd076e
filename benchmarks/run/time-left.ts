import type { SuiteName } from '../suite.ts';
import { suites } from './suites.ts';

/** Tells how long the rest takes: what suites expect, less what their measurements were expected to take so far. */
export interface TimeLeft {
  /**
   * A measurement of about so many seconds begins, for which the suite had planned another time; answers the seconds left
   * before it, itself included.
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
      // The sum may be short of what really comes: a retry, or a suite that guessed low.
      const before = Math.max(left - planned + seconds, seconds);
      left = before - seconds;
      return before;
    },
  };
}

/** `8 min`, `40 s` */
export const roughly = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
