import * as z from 'zod';
import { vhost } from '../../../platform/contract/topology.ts';
import { benchName } from './names.ts';
import { loginText, permissionText, policyText, queueText, tagsText, vhostText } from './objects.ts';

/** An answer of the broker's HTTP API, as a key and the same canonical text as in the wanted settings. */

export type Found = [key: string, text: string];

const usersSchema = z.array(z.object({ name: z.string(), tags: z.array(z.string()) }));
export const readUsers = (json: string): Found[] =>
  usersSchema.parse(JSON.parse(json)).map(({ name, tags }) => [`user/${name}`, tagsText(tags)]);

/** RabbitMQ 3.10 says `"undefined"`, which means classic. */
const vhostsSchema = z.array(
  z.object({
    name: z.string(),
    default_queue_type: z.string().default('undefined'),
  }),
);

/** What exists while a benchmark measures. If the host dies meanwhile, these stay behind and are drift. */
export const objectsOfBench: readonly string[] = [`user/${benchName}`, `vhost/${benchName}`];

/** Ours, and the one that RabbitMQ makes by default. All others belong to somebody else. */
export const readVhosts = (json: string): Found[] =>
  vhostsSchema
    .parse(JSON.parse(json))
    .filter(({ name }) => [vhost, benchName, '/'].includes(name))
    .map(({ name, default_queue_type: type }) => [`vhost/${name}`, vhostText(type === 'undefined' ? 'classic' : type)]);

const permissionsSchema = z.array(
  z.object({ user: z.string(), vhost: z.string(), configure: z.string(), write: z.string(), read: z.string() }),
);
export const readPermissions = (json: string): Found[] =>
  permissionsSchema
    .parse(JSON.parse(json))
    .filter((permission) => permission.vhost === vhost)
    .map((permission) => [`permission/${permission.user}`, permissionText(permission)]);

const policiesSchema = z.array(
  z.object({
    name: z.string(),
    vhost: z.string(),
    pattern: z.string(),
    'apply-to': z.string(),
    priority: z.number(),
    definition: z.record(z.string(), z.unknown()),
  }),
);
export const readPolicies = (json: string): Found[] =>
  policiesSchema
    .parse(JSON.parse(json))
    .filter((policy) => policy.vhost === vhost)
    .map((policy) => [`policy/${policy.name}`, policyText(policy)]);

const queuesSchema = z.array(
  z.object({
    name: z.string(),
    vhost: z.string(),
    durable: z.boolean(),
    arguments: z.record(z.string(), z.unknown()).or(z.array(z.never())),
    // Missing while a queue has no leader.
    messages: z.number().default(0),
  }),
);
export const readQueues = (json: string): { name: string; text: string; messages: number }[] =>
  queuesSchema
    .parse(JSON.parse(json))
    .filter((queue) => queue.vhost === vhost)
    .map(({ name, durable, messages, arguments: given }) => {
      return { name, messages, text: queueText(Object.fromEntries(Object.entries(given)), durable) };
    });

const exchangesSchema = z.array(
  z.object({ name: z.string(), vhost: z.string(), type: z.string(), durable: z.boolean() }),
);
export const readExchanges = (json: string): Found[] =>
  exchangesSchema
    .parse(JSON.parse(json))
    .filter((exchange) => exchange.vhost === vhost)
    .map(({ name, type, durable }) => [`exchange/${name}`, `${type} ${durable ? 'durable' : 'transient'}`]);

const bindingsSchema = z.array(
  z.object({
    source: z.string(),
    vhost: z.string(),
    destination: z.string(),
    destination_type: z.string(),
    properties_key: z.string(),
  }),
);

/** Bindings from exchanges to queues. The text is the routing keys, each as the API writes it in a URL. */
export function readBindings(json: string): Found[] {
  const keys = new Map<string, string[]>();
  for (const binding of bindingsSchema.parse(JSON.parse(json))) {
    const { source, destination, destination_type: type, properties_key: routing } = binding;
    if (binding.vhost !== vhost || source === '' || type !== 'queue') continue;
    const key = `binding/${source}/${destination}`;
    keys.set(key, [...(keys.get(key) ?? []), routing]);
  }
  return [...keys].map(([key, routings]) => [key, routings.sort().join(' ')]);
}

export const readLogins = (lines: readonly string[]): Found[] =>
  lines.flatMap((line): Found[] => {
    const [, user = '', outcome = ''] = /^login (\S+) (works|refuses)$/.exec(line) ?? [];
    return user === '' ? [] : [[`login/${user}`, outcome === 'works' ? loginText : 'refused: another password']];
  });
