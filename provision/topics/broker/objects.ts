import {
  accountOf,
  administrator,
  administratorPermission,
  enqueuer,
  enqueuerPermission,
  type Permission,
  workerPermission,
} from '../../../platform/contract/permissions.ts';
import { type Policy, type Queue, topologyOf, vhost } from '../../../platform/contract/topology.ts';
import type { DebianRelease, Environment } from '../../environment/schema.ts';

/**
 * What is inside the broker, as settings. Texts are canonical: the broker's own answers are brought to the same form.
 */

export const vhostText = (type: string): string => `default queue type ${type}`;

/**
 * The type of a queue that names none. Ours name theirs. This is for queues that people add, because classic ones lose
 * confirmed jobs in a power cut. RabbitMQ 3.10 has the setting, but its HTTP API cannot change it.
 */
const defaultQueueType = (debian: DebianRelease): string => (debian >= 13 ? 'quorum' : 'classic');

export const exchangeText = 'direct durable';
export const loginText = 'works';
const noTags = 'no tags';

/** `quorum durable`, followed by the other arguments as JSON with sorted keys if there are any. */
export function queueText(given: Queue['arguments'], durable = true): string {
  const { 'x-queue-type': type = 'classic', ...others } = given;
  const more = Object.keys(others).length === 0 ? '' : ` ${JSON.stringify(sorted(others))}`;
  return `${String(type)} ${durable ? 'durable' : 'transient'}${more}`;
}

/** Returns the arguments that a text names. Throws if the text is not one of `queueText`. */
export function queueArguments(text: string): Queue['arguments'] {
  const [, type, others] = /^(\S+) durable(?: (\{.*\}))?$/.exec(text) ?? [];
  if (type === undefined) throw new Error(`expected "TYPE durable {…}", got ${JSON.stringify(text)}`);
  const more: Queue['arguments'] = others === undefined ? {} : JSON.parse(others);
  return { 'x-queue-type': type, ...more };
}

const sorted = (object: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

export const tagsText = (tags: readonly string[]): string => (tags.length === 0 ? noTags : [...tags].sort().join(','));
/** What the HTTP API wants as `tags`. */
export const tagsOf = (text: string): string => (text === noTags ? '' : text);

export const permissionText = ({ configure, write, read }: Permission): string =>
  `configure=${configure} write=${write} read=${read}`;

export function parsePermission(text: string): Permission {
  const [, configure, write, read] = /^configure=(.*) write=(.*) read=(.*)$/.exec(text) ?? [];
  if (configure === undefined || write === undefined || read === undefined)
    throw new Error(`expected "configure=… write=… read=…", got ${JSON.stringify(text)}`);
  return { configure, write, read };
}

/** JSON with sorted keys. It is the setting's text and also the body of the request. */
export function policyText(policy: Omit<Policy, 'name' | 'apply-to'> & { readonly 'apply-to': string }): string {
  const { pattern, priority } = policy;
  return JSON.stringify({ 'apply-to': policy['apply-to'], definition: sorted(policy.definition), pattern, priority });
}

/** A user and what it may do in the virtual host. */
interface User {
  readonly name: string;
  readonly tags: readonly string[];
  readonly permission: Permission;
}

const ownUsers: readonly User[] = [
  { name: administrator, tags: ['administrator'], permission: administratorPermission },
  { name: enqueuer, tags: [], permission: enqueuerPermission },
];

/** The users that exist whatever workers run: the administrator, and the one that hands in jobs. */
export const ownUserNames: readonly string[] = ownUsers.map(({ name }) => name);

const userSettings = ({ name, tags, permission }: User): [string, string][] => [
  [`user/${name}`, tagsText(tags)],
  [`login/${name}`, loginText],
  [`permission/${name}`, permissionText(permission)],
];

/** The account of one revision of a worker. */
export const accountSettings = (worker: string, revision: string): [string, string][] =>
  userSettings({ name: accountOf(worker, revision), tags: [], permission: workerPermission(worker) });

export function objectSettings(environment: Environment, debian: DebianRelease): [string, string][] {
  const workers = environment.workers.map(({ name }) => name);
  const { exchanges, queues, bindings, policies } = topologyOf(workers, { limitsDeliveries: debian >= 13 });
  return [
    [`vhost/${vhost}`, vhostText(defaultQueueType(debian))],
    ...ownUsers.flatMap(userSettings),
    ...exchanges.map((name): [string, string] => [`exchange/${name}`, exchangeText]),
    ...policies.map((policy): [string, string] => [`policy/${policy.name}`, policyText(policy)]),
    ...queues.map((queue): [string, string] => [`queue/${queue.name}`, queueText(queue.arguments)]),
    // The text of a binding is its routing key.
    ...bindings.map(({ exchange, queue, routingKey }): [string, string] => [
      `binding/${exchange}/${queue}`,
      routingKey,
    ]),
  ];
}

/** Kinds of settings that live inside the broker. */
export const accountPrefixes = ['user', 'login', 'permission'] as const;
export const objectPrefixes = ['vhost', ...accountPrefixes, 'exchange', 'policy', 'queue', 'binding'] as const;
