import type { AddressSource } from './book.ts';

/** Data is stale after this many days: addresses change hands all the time, and registries publish daily. */
export const staleDays = 30;

export interface AgedSource extends AddressSource {
  /** Whole days from its date to the audit. Negative if the date is in the future. */
  readonly ageDays: number;
}

const day_ms = 86_400_000;

/** Returns the whole days from the registries' date to `now`. */
export const ageDays = (date: Date, now: Date): number => Math.floor((now.getTime() - date.getTime()) / day_ms);

export const isStale = (date: Date, now: Date): boolean => ageDays(date, now) > staleDays;
