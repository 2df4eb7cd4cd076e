import { isIP } from 'node:net';
import { z } from 'zod';
import { audit } from './audit.ts';
import { benchmarks } from './benchmarks.ts';
import { duration, size } from './units.ts';

/** The purpose of a host. A host may have several roles. `gateway` is reserved and adds nothing yet. */
export const roles = ['broker', 'worker', 'gateway'] as const;
export type Role = (typeof roles)[number];

export const debianReleases = [12, 13] as const;
export type DebianRelease = (typeof debianReleases)[number];

const name = z.string().regex(/^[a-z]([a-z0-9-]{0,29}[a-z0-9])?$/, {
  error: 'a name of a-z, 0-9 and - that starts with a letter and does not end with -, at most 31 characters',
});

// Editors show the descriptions while somebody writes an environment. They go into schema.json.

const port = z.int().min(1).max(65_535);

const lab = z.strictObject({
  memory: size
    .prefault('2 GB')
    .describe('Memory of the host; a container may have more where this machine runs no systemd.'),
  disk: size.prefault('12 GB').describe('Disk of a virtual machine; a container uses what this machine has.'),
  cpus: z.int().min(1).max(64).default(2).describe('Processors of a virtual machine.'),
});

const hostName = /^[a-z\d_](?:[a-z\d._-]*[a-z\d_])?\.?$/i;

const ssh = z.strictObject({
  address: z
    .string()
    .min(1)
    .transform((text) => text.replace(/^\[(.*)\]$/, '$1'))
    .refine((text) => isIP(text) !== 0 || hostName.test(text), {
      error: 'a host name or an IP address alone; the port goes into ssh.port, the user into ssh.user',
    })
    .describe('Host name or IP address. An IPv6 address may stand in brackets.'),
  port: port.default(22).describe('Port of the SSH server; the firewall keeps it open.'),
  user: z.string().min(1).default('root').describe('root, or a user with passwordless sudo.'),
  identity: z.string().optional().describe('Path of the private key; the agent is used where it is left out.'),
  hostKey: z
    .string()
    .regex(/^(ssh-|ecdsa-)\S+ \S+$/, { error: 'a public key such as "ssh-ed25519 AAAA…"' })
    .optional()
    .describe('The pinned host key, ssh-ed25519 AAAA…. ./jernverk trust HOST writes it.'),
});

const host = z.strictObject({
  name: name.describe('Name of the host in commands, plans and reports.'),
  roles: z
    .array(z.enum(roles))
    .min(1)
    .describe(
      'broker: the queues, on exactly one host. worker: the slots, beside the broker. gateway: nothing of its own yet, only what every host gets: packages, kernel and firewall.',
    ),
  debian: z
    .union(debianReleases.map((release) => z.literal(release)))
    .default(13)
    .describe('The Debian release that the host runs.'),
  lab: lab.optional().describe('A local host that the lab makes, of this size. A host has either lab or ssh.'),
  ssh: ssh.optional().describe('How to reach a real host. A host has either lab or ssh.'),
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

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'a network such as "192.0.2.0/24" or "2001:db8::/32"',
});

const opening = z.strictObject({
  port: port.describe('Port of the host that may be reached from outside.'),
  protocol: z.enum(['tcp', 'udp']).default('tcp').describe('tcp or udp.'),
  from: z.array(network).default([]).describe('Sources in CIDR form; everyone where left out.'),
});

const firewall = z.strictObject({
  open: z.array(opening).default([]).describe('What else may come in from outside.'),
});

const terraform = z.strictObject({
  registry: z
    .enum(['default', 'none'])
    .default('default')
    .describe('none: gates are resources that Terraform has built in, so that a deploy downloads nothing.'),
});

export const environmentSchema = z.strictObject({
  name: name.describe('Name of the environment: the first part of the names of its stacks.'),
  terraform: terraform.prefault({}).describe('What Terraform may fetch.'),
  hosts: z.array(host).min(1).describe('The machines, each reached in one way.'),
  broker: broker.prefault({}).describe('RabbitMQ on the host with the role broker.'),
  workers: z.array(worker).default([]).describe('The code that runs, each worker with its slots and its queue.'),
  benchmarks: benchmarks.prefault({}).describe('What the hosts must be worth: limits of jernverk bench.'),
  audit: audit.prefault({}).describe('What an auditor is told, and where data may go.'),
  firewall: firewall.prefault({}).describe('Incoming connections. SSH is always open, everything else is denied.'),
});

/** A whole environment. It is parsed once, frozen, and passed by value. */
export type Environment = Readonly<z.output<typeof environmentSchema>>;
export type HostConfig = Environment['hosts'][number];
export type WorkerConfig = Environment['workers'][number];
