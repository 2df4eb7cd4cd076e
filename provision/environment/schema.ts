import { isIP } from 'node:net';
import * as z from 'zod';
import { audit } from './audit.ts';
import { benchmarks } from './benchmarks.ts';
import { egress } from './egress.ts';
import { firewall } from './openings.ts';
import { name, port, roles } from './parts.ts';
import { duration, size } from './units.ts';

export const debianReleases = [12, 13] as const;
export type DebianRelease = (typeof debianReleases)[number];

// The descriptions are what an editor shows while a person writes an environment: they go into schema.json.

const lab = z.strictObject({
  memory: size
    .prefault('2 GB')
    .describe('Memory of the host; a container may have more if this machine does not run systemd.'),
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
  identity: z.string().optional().describe('Path of the private key; the agent is used if it is left out.'),
  hostKey: z
    .string()
    .regex(/^(ssh-|ecdsa-)\S+ \S+$/, { error: 'a public key such as "ssh-ed25519 AAAA…"' })
    .optional()
    .describe('The pinned host key, ssh-ed25519 AAAA…. ./jernverk trust HOST writes it.'),
});

const host = z.strictObject({
  name: name.describe(
    'Name of the host in commands, plans and reports. With the role broker also the name of its RabbitMQ node, which cannot be changed after the first deploy.',
  ),
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
  consumerTimeout: duration.prefault('7 days').describe('How long a job may run before the broker considers it lost.'),
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
  memory: size.prefault('512 MB').describe('Limit of one slot; if a job needs more, it is tried again.'),
  drain: duration.prefault('60 seconds').describe('How long a slot may finish its job after a stop signal.'),
});

const terraform = z.strictObject({
  registry: z
    .enum(['default', 'none'])
    .default('default')
    .describe('none: gates are resources that Terraform has built in, so that a deploy downloads nothing.'),
});

const written = z.strictObject({
  name: name.describe('Name of the environment: the first part of the names of its stacks.'),
  terraform: terraform.prefault({}).describe('What Terraform may fetch.'),
  hosts: z.array(host).min(1).describe('The machines, each reached in one way.'),
  broker: broker.prefault({}).describe('RabbitMQ on the host with the role broker.'),
  workers: z.array(worker).default([]).describe('The code that runs, each worker with its slots and its queue.'),
  benchmarks: benchmarks.prefault({}).describe('What the hosts must be worth: limits of jernverk bench.'),
  audit: audit.prefault({}).describe('What an auditor is told.'),
  egress: egress.prefault({}).describe('Where hosts and containers may connect to.'),
  firewall: firewall.prefault({}).describe('Incoming connections. SSH is always open, everything else is denied.'),
});

/** A ring that is wider than the region would fail the audit, so it is never a default. */
export const environmentSchema = written.transform(({ egress: policy, ...rest }) => ({
  ...rest,
  egress: { ...policy, countries: policy.countries ?? rest.audit.region },
}));

/** A whole environment: parsed once, frozen, passed by value. */
export type Environment = Readonly<z.output<typeof environmentSchema>>;
export type HostConfig = Environment['hosts'][number];
export type WorkerConfig = Environment['workers'][number];
