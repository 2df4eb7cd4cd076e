/**
 * An open-loop schedule: each job has its due time from the start, whatever happened to those before it. A program that
 * waits for an answer before it sends the next job would measure nothing at exactly the moments when the broker stalls
 * (coordinated omission).
 */
export interface Schedule {
  readonly perSecond: number;
  readonly count: number;
}

/** Milliseconds after the start at which the job is due. The first is job 0. */
export const dueAt = ({ perSecond }: Schedule, job: number): number => (job * 1000) / perSecond;

/** How many jobs should have been sent this many milliseconds after the start. */
export const dueBy = ({ perSecond, count }: Schedule, elapsedMs: number): number =>
  elapsedMs < 0 ? 0 : Math.min(count, Math.floor((elapsedMs * perSecond) / 1000) + 1);

/** Milliseconds by which a timer of Node may be late on an idle host. */
const timerToleranceMs = 2;

/**
 * The time from which a job's duration counts: when it was sent, or when it was due if the program was delayed, because
 * a stalled host delays the sender too.
 */
export const countsFrom = (dueMs: number, sentMs: number): number =>
  sentMs - dueMs <= timerToleranceMs ? sentMs : dueMs;
