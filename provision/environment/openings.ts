import * as z from 'zod';
import { name, port, type Role, roles } from './parts.ts';

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'a network such as "192.0.2.0/24" or "2001:db8::/32"',
});

const opening = z.strictObject({
  port: port.describe('Port of the host that may be reached from outside.'),
  protocol: z.enum(['tcp', 'udp']).default('tcp').describe('tcp or udp.'),
  from: z.array(network).default([]).describe('Sources in CIDR form; everyone if left out.'),
  roles: z.array(z.enum(roles)).default([]).describe('Open on every host with one of these roles.'),
  hosts: z.array(name).default([]).describe('Open on these hosts, by their names.'),
});

export const firewall = z.strictObject({
  open: z.array(opening).default([]).describe('What else may come in from outside, on which hosts.'),
});

export type Opening = z.output<typeof opening>;

/** What is open on one host besides SSH. */
export const openingsOn = (
  environment: { readonly firewall: { readonly open: readonly Opening[] } },
  host: { readonly name: string; readonly roles: readonly Role[] },
): readonly Opening[] =>
  environment.firewall.open.filter(
    (one) => one.hosts.includes(host.name) || one.roles.some((role) => host.roles.includes(role)),
  );
