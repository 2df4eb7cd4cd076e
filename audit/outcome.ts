import type { Text } from '../lib/text.ts';
import type { Finding, Status } from './finding.ts';

/**
 * In the order in which a hurried reader needs them. An accepted failure is still a failure, so it has its own outcome.
 */
export const outcomes = ['fail', 'accepted', 'error', 'not evaluated', 'pass', 'not applicable'] as const;
export type Outcome = (typeof outcomes)[number];

/** Days are in UTC. A waiver still holds on its last day. */
export const hasExpired = (expires: string, at: string): boolean => expires < at.slice(0, 10);

/** A failure whose waiver had expired at the time of the audit is a failure that nobody accepts. */
export function outcomeOf({ status, waiver }: Pick<Finding, 'status' | 'waiver'>, at: string): Outcome {
  if (status !== 'fail') return status;
  return waiver === null || hasExpired(waiver.expires, at) ? 'fail' : 'accepted';
}

const statusWords: Readonly<Record<Status, Text>> = {
  pass: { nb: 'bestått', en: 'pass' },
  fail: { nb: 'ikke bestått', en: 'fail' },
  'not applicable': { nb: 'ikke relevant', en: 'not applicable' },
  'not evaluated': { nb: 'ikke vurdert', en: 'not evaluated' },
  error: { nb: 'feil under kontrollen', en: 'error' },
};

export const outcomeWords: Readonly<Record<Outcome, Text>> = {
  ...statusWords,
  accepted: { nb: 'ikke bestått, akseptert', en: 'failed, accepted' },
};
