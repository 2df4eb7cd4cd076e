import type { AddressSource } from './book.ts';

/** After this many days data is stale: addresses change hands all the time, and registries publish daily. */
export const staleDays = 30;

export interface AgedSource extends AddressSource {
  /** Whole days from its date to the audit; negative where it is dated in the future. */
  readonly ageDays: number;
}

const day_ms = 86_400_000;

/** Whole days between the registries' date and a time. */
export const ageDays = (date: Date, now: Date): number => Math.floor((now.getTime() - date.getTime()) / day_ms);

export const isStale = (date: Date, now: Date): boolean => ageDays(date, now) > staleDays;
