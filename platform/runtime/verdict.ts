import type { Job, ResultRecord } from '../contract/job.ts';
import type { Delivery } from './delivery.ts';
import type { Assignment, Outcome } from './thread-messages.ts';

/** What to do with a message. */
export type Verdict =
  /** The job is done. `record` is null if it was done before. */
  | { readonly kind: 'done'; readonly record: ResultRecord | null }
  /** It cannot be done. `record` is null if the message does not even say which job it is. */
  | { readonly kind: 'dead'; readonly record: ResultRecord | null; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string };

interface Means {
  /** The most that a job may have. */
  readonly attempts: number;
  readResult(id: string): Promise<ResultRecord | null>;
  perform(assignment: Assignment): Promise<Outcome>;
}

/** Runs the job of a delivery, unless its end is already known or it must not run (again). */
export async function judge(delivery: Delivery, means: Means): Promise<Verdict> {
  if (delivery.kind === 'unusable') return dead(delivery.id, delivery.reason);
  const { job, attempt, redelivered } = delivery;

  const earlier = await means.readResult(job.id);
  if (earlier?.state === 'done') return { kind: 'done', record: null };
  // A dead job that a person put back into the queue is tried again. One that was only redelivered is not.
  if (earlier?.state === 'dead' && redelivered) return { kind: 'dead', record: null, reason: earlier.reason ?? 'dead' };

  const { attempts } = means;
  if (attempt > attempts)
    return dead(job.id, `given up: the slot was stopped or died in ${attempts} attempts, none of them ended`);
  return verdictOf(job, attempt, attempts, await means.perform({ job, attempt }));
}

function verdictOf(job: Job, attempt: number, limit: number, outcome: Outcome): Verdict {
  if (outcome.kind === 'done')
    return { kind: 'done', record: recordOf(job.id, { state: 'done', output: outcome.output, reason: null }) };
  if (outcome.permanent) return dead(job.id, outcome.reason);
  if (attempt >= limit) return dead(job.id, `given up after ${limit} attempts, the last: ${outcome.reason}`);
  return { kind: 'retry', reason: outcome.reason };
}

const dead = (id: string | null, reason: string): Verdict => ({
  kind: 'dead',
  record: id === null ? null : recordOf(id, { state: 'dead', output: null, reason }),
  reason,
});

const recordOf = (id: string, end: Pick<ResultRecord, 'state' | 'output' | 'reason'>): ResultRecord => ({
  id,
  ...end,
  finishedAt: new Date().toISOString(),
});
