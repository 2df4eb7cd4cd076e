import { z } from 'zod';
import { duration, size } from './environment/units.ts';

/** What a host is for. A host may have several roles; `gateway` is reserved and brings nothing yet. */
export const roles = ['broker', 'worker', 'gateway'] as const;
export type Role = (typeof roles)[number];

export const debianReleases = [12, 13] as const;
export type DebianRelease = (typeof debianReleases)[number];

const name = z.string().regex(/^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$/, {
  error: 'a name of a-z, 0-9 and - that starts with a letter and does not end with -, at most 31 characters',
});

/** Where a host made by the lab gets its size; its address and keys come from the lab itself. */
const lab = z.strictObject({
  memory: size.prefault('2 GB'),
  disk: size.prefault('12 GB'),
  cpus: z.int().min(1).max(64).default(2),
});

/** How to reach a real host. */
const ssh = z.strictObject({
  address: z.string().min(1).describe('Host name or IP address.'),
  port: z.int().min(1).max(65_535).default(22),
  user: z.string().min(1).default('root').describe('root, or a user with passwordless sudo.'),
  identity: z.string().optional().describe('Path of the private key; the agent is used where it is left out.'),
  hostKey: z
    .string()
    .regex(/^(ssh-|ecdsa-)\S+ \S+$/, { error: 'a public key such as "ssh-ed25519 AAAA…"' })
    .optional()
    .describe('The pinned host key, ssh-ed25519 AAAA…. jernverk trust HOST writes it.'),
});

const host = z.strictObject({
  name,
  roles: z
    .array(z.enum(roles))
    .min(1)
    .describe('broker: the queues, on exactly one host. worker: the slots, beside the broker. gateway: nothing yet.'),
  debian: z.union(debianReleases.map((release) => z.literal(release))).default(13),
  lab: lab.optional(),
  ssh: ssh.optional(),
  swap: size.prefault('1 GB').describe('Size of the swap file; "0 MB" for none.'),
});

const broker = z.strictObject({
  consumerTimeout: duration.prefault('7 days').describe('How long a job may run before the broker takes it for lost.'),
  deliveryLimit: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('Deliveries of one job before it goes to the dead-letter queue.'),
  memoryWatermark: z
    .number()
    .min(0.1)
    .max(0.7)
    .default(0.4)
    .describe('Share of the host’s memory at which publishers are blocked.'),
  diskFreeLimit: size.prefault('2 GB').describe('Free disk below which publishers are blocked.'),
});

const worker = z.strictObject({
  name: name.describe('The folder in workers/ and the name of the queue.'),
  slots: z.int().min(1).max(99).default(2).describe('Slots that run on each worker host.'),
  memory: size.prefault('512 MB').describe('Limit of one slot; its job is tried again where it needs more.'),
  drain: duration.prefault('60 seconds').describe('How long a slot may finish its job after a stop signal.'),
});

const cidr = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)(\/\d{1,3})?$/i;

const opening = z.strictObject({
  port: z.int().min(1).max(65_535),
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  from: z
    .array(z.string().regex(cidr, { error: 'a network such as "192.0.2.0/24" or "2001:db8::/32"' }))
    .default([])
    .describe('Sources in CIDR form; everyone where left out.'),
});

export const environmentSchema = z.strictObject({
  name,
  terraform: z.strictObject({ registry: z.enum(['default', 'none']).default('default') }).prefault({}),
  hosts: z.array(host).min(1),
  broker: broker.prefault({}),
  workers: z.array(worker).default([]),
  firewall: z.strictObject({ open: z.array(opening).default([]) }).prefault({}),
});

/** A whole environment: parsed once, frozen, passed by value. */
export type Environment = Readonly<z.output<typeof environmentSchema>>;
export type HostConfig = Environment['hosts'][number];
export type WorkerConfig = Environment['workers'][number];
