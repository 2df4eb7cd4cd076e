import { deadExchangeOf, exactly, jobsExchange } from './topology.ts';

/** Who logs in to the broker, and what each may do there: exactly what it needs. */

/** Asks and changes the broker by its HTTP API. Its password is for root only. */
export const administrator = 'jernverk';
/** Hands in jobs, and nothing else. */
export const enqueuer = 'enqueue';

/**
 * The account of a worker's slots belongs to one revision: RabbitMQ has one password for a user, so another one in its
 * place would refuse every slot that reconnects. A switch makes the new account first and removes the old one last.
 */
export const accountOf = (worker: string, revision: string): string => `${worker}.${revision}`;

/** The worker of such an account. Null if the name is not one. */
export const workerOfAccount = (name: string): string | null =>
  /^([a-z][a-z0-9-]*)\.[0-9a-f]{8}$/.exec(name)?.[1] ?? null;

/** Regular expressions for the names that a user may create, write to and read from. */
export interface Permission {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

const nothing = '^$';

/** Nobody but the administrator may write to the default exchange, since that leads to every queue. */
export const administratorPermission: Permission = { configure: '.*', write: '.*', read: '.*' };
export const enqueuerPermission: Permission = { configure: nothing, write: exactly(jobsExchange), read: nothing };

/** A worker takes its own jobs and gives up its own dead ones. */
export const workerPermission = (worker: string): Permission => ({
  configure: nothing,
  write: exactly(deadExchangeOf(worker)),
  read: exactly(worker),
});
