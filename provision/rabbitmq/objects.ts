import { deadExchangeOf, deadQueueOf, jobsExchange } from '../../workers/runtime/job.ts';
import type { DebianRelease, Environment } from '../environment.ts';
import { accountOf, administrator, enqueuer, vhost } from './names.ts';

/** What is inside the broker, as settings. Texts are canonical: the broker's own answer is brought to the same form. */

export const vhostText = (type: string): string => `default queue type ${type}`;

/**
 * What a queue becomes that names no type. Ours name theirs; this is for queues that people add, since classic ones
 * lose confirmed jobs in a power cut. RabbitMQ 3.10 knows the setting but cannot be told it by its HTTP API.
 */
const defaultQueueType = (debian: DebianRelease): string => (debian >= 13 ? 'quorum' : 'classic');

export const queueText = 'quorum durable';
export const exchangeText = 'direct durable';
export const loginText = 'works';
const noTags = 'no tags';

export const tagsText = (tags: readonly string[]): string => (tags.length === 0 ? noTags : [...tags].sort().join(','));
/** What the HTTP API wants as `tags`. */
export const tagsOf = (text: string): string => (text === noTags ? '' : text);

/** Regular expressions for the names that a user may create, write to and read from. */
export interface Permission {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

const nothing = '^$';

export const permissionText = ({ configure, write, read }: Permission): string =>
  `configure=${configure} write=${write} read=${read}`;

export function parsePermission(text: string): Permission {
  const [, configure, write, read] = /^configure=(.*) write=(.*) read=(.*)$/.exec(text) ?? [];
  if (configure === undefined || write === undefined || read === undefined)
    throw new Error(`expected "configure=… write=… read=…", got ${JSON.stringify(text)}`);
  return { configure, write, read };
}

/** A policy as the HTTP API takes and gives it. */
export interface Policy {
  readonly pattern: string;
  readonly 'apply-to': string;
  readonly priority: number;
  readonly definition: Readonly<Record<string, unknown>>;
}

const escapeRegex = (text: string): string => text.replaceAll(/[.\\+*?()[\]{}|^$]/g, '\\$&');
const exactly = (name: string): string => `^${escapeRegex(name)}$`;

/** JSON with sorted keys: the setting's text and, as it is, the body of the request. */
export function policyText(policy: Policy): string {
  const definition = Object.fromEntries(Object.entries(policy.definition).sort(([a], [b]) => (a < b ? -1 : 1)));
  const { pattern, priority } = policy;
  return JSON.stringify({ 'apply-to': policy['apply-to'], definition, pattern, priority });
}

/** Messages. Beyond it publishers are refused, so nothing that was confirmed is ever dropped. */
const queueLimit = 1_000_000;
const deadQueueLimit = 100_000;

/**
 * A failed job goes to the dead queue at least once: it leaves the queue when the dead queue has confirmed it. A full
 * dead queue refuses, and then jobs wait in the queue they came from; at no point is one dropped.
 */
const jobPolicy = (worker: string, deliveries: number): Policy => ({
  pattern: exactly(worker),
  'apply-to': 'queues',
  priority: 10,
  definition: {
    // The broker counts what comes after the first delivery.
    'delivery-limit': deliveries - 1,
    'dead-letter-exchange': '',
    'dead-letter-routing-key': deadQueueOf(worker),
    'dead-letter-strategy': 'at-least-once',
    overflow: 'reject-publish',
    'max-length': queueLimit,
  },
});

const deadPolicy = (worker: string, debian: DebianRelease): Policy => ({
  pattern: exactly(deadQueueOf(worker)),
  'apply-to': 'queues',
  priority: 10,
  definition: {
    // RabbitMQ 4 drops a message after 20 deliveries where nothing else is said, also when a person only looked at it;
    // 3.10 has no such limit and does not know -1.
    ...(debian >= 13 ? { 'delivery-limit': -1 } : {}),
    overflow: 'reject-publish',
    'max-length': deadQueueLimit,
  },
});

/** A user with what it may do in the virtual host. */
interface User {
  readonly name: string;
  readonly tags: readonly string[];
  readonly permission: Permission;
}

/** Nobody but the administrator may write to the default exchange, since that leads to every queue. */
const ownUsers: readonly User[] = [
  { name: administrator, tags: ['administrator'], permission: { configure: '.*', write: '.*', read: '.*' } },
  { name: enqueuer, tags: [], permission: { configure: nothing, write: exactly(jobsExchange), read: nothing } },
];

/** The users that are there whatever workers run: the administrator, and the one that hands in jobs. */
export const ownUserNames: readonly string[] = ownUsers.map(({ name }) => name);

const userSettings = ({ name, tags, permission }: User): [string, string][] => [
  [`user/${name}`, tagsText(tags)],
  [`login/${name}`, loginText],
  [`permission/${name}`, permissionText(permission)],
];

/** The account of one revision of a worker: it takes the worker's own jobs and gives up its own dead ones. */
export const accountSettings = (worker: string, revision: string): [string, string][] =>
  userSettings({
    name: accountOf(worker, revision),
    tags: [],
    permission: { configure: nothing, write: exactly(deadExchangeOf(worker)), read: exactly(worker) },
  });

/** Two exchanges lead to the queues of a worker; each binding's text is its routing key, as the broker names it. */
const topologyOf = (worker: string): [string, string][] => [
  [`queue/${worker}`, queueText],
  [`queue/${deadQueueOf(worker)}`, queueText],
  [`exchange/${deadExchangeOf(worker)}`, exchangeText],
  [`binding/${jobsExchange}/${worker}`, worker],
  [`binding/${deadExchangeOf(worker)}/${deadQueueOf(worker)}`, deadQueueOf(worker)],
];

export function objectSettings(environment: Environment, debian: DebianRelease): [string, string][] {
  const settings: [string, string][] = [
    [`vhost/${vhost}`, vhostText(defaultQueueType(debian))],
    ...ownUsers.flatMap(userSettings),
    [`exchange/${jobsExchange}`, exchangeText],
  ];
  for (const { name } of environment.workers) {
    settings.push([`policy/${name}`, policyText(jobPolicy(name, environment.broker.deliveryLimit))]);
    settings.push([`policy/${deadQueueOf(name)}`, policyText(deadPolicy(name, debian))]);
    settings.push(...topologyOf(name));
  }
  return settings;
}

/** Kinds of settings that live inside the broker. */
export const accountKinds = ['user', 'login', 'permission'] as const;
export const objectKinds = ['vhost', ...accountKinds, 'exchange', 'policy', 'queue', 'binding'] as const;
