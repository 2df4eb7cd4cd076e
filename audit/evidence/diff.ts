import type { Audit } from '../audit.ts';
import type { Destination } from '../destinations/destination.ts';
import type { Finding } from '../finding.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';

/**
 * A finding with its outcome at the time of its audit: the same waiver may hold in one audit and have expired in the
 * next.
 */
export type Rated = Finding & { readonly outcome: Outcome; readonly auditedAt: string };

export interface OutcomeChange {
  readonly from: Rated;
  readonly to: Rated;
}

export interface Growth {
  readonly destination: Destination;
  /** Bytes out since the older audit. */
  readonly bytes: number;
}

/** What is different in a newer audit. A finding that is gone means nothing alone: the check may no longer be asked. */
export interface AuditDifference {
  readonly appeared: readonly Rated[];
  readonly went: readonly Rated[];
  readonly changed: readonly OutcomeChange[];
  readonly newDestinations: readonly Destination[];
  readonly goneDestinations: readonly Destination[];
  readonly grown: readonly Growth[];
  /** Less was counted than before: counting was restarted, so the growth is unknown. */
  readonly recounted: readonly Destination[];
  readonly hosts: { readonly added: readonly string[]; readonly left: readonly string[] };
  /** Other checks were asked: findings may be new or gone for that reason alone. */
  readonly rulesChanged: boolean;
}

/** Compares two audits by check and host, and by destination. The order is that of the newer one. */
export function diffAudits(older: Audit, newer: Audit): AuditDifference {
  const findings = match(rated(older), rated(newer), ({ id, host }) => [id, host]);
  const destinations = match(older.destinations, newer.destinations, ({ host, address, port, protocol, who }) => [
    ...[host, address, port, protocol, who],
  ]);
  const hosts = match(older.scope.hosts, newer.scope.hosts, (host) => [host]);
  return {
    appeared: findings.added,
    went: findings.left,
    changed: findings.both.filter(({ from, to }) => from.outcome !== to.outcome),
    newDestinations: destinations.added,
    goneDestinations: destinations.left,
    grown: destinations.both
      .map(({ from, to }) => ({ destination: to, bytes: to.bytesOut - from.bytesOut }))
      .filter(({ bytes }) => bytes > 0),
    recounted: destinations.both.filter(({ from, to }) => to.bytesOut < from.bytesOut).map(({ to }) => to),
    hosts: { added: hosts.added, left: hosts.left },
    rulesChanged: older.rules !== newer.rules,
  };
}

const rated = ({ findings, at }: Audit): Rated[] =>
  findings.map((finding) => ({ ...finding, outcome: outcomeOf(finding, at), auditedAt: at }));

export const isEmpty = (difference: AuditDifference): boolean =>
  !difference.rulesChanged &&
  Object.values({ ...difference, ...difference.hosts }).every((value) => !Array.isArray(value) || value.length === 0);

function match<T>(older: readonly T[], newer: readonly T[], keyOf: (item: T) => readonly unknown[]) {
  const index = (items: readonly T[]) => new Map(items.map((item) => [JSON.stringify(keyOf(item)), item]));
  const before = index(older);
  const after = index(newer);
  return {
    added: [...after].filter(([key]) => !before.has(key)).map(([, item]) => item),
    left: [...before].filter(([key]) => !after.has(key)).map(([, item]) => item),
    both: [...after].flatMap(([key, to]) => {
      const from = before.get(key);
      return from === undefined ? [] : [{ from, to }];
    }),
  };
}
