import * as z from 'zod';

const service = z.strictObject({
  name: z.string().min(1).describe('What it is for: "Debian mirror".'),
  to: z.array(z.string().min(1)).min(1).describe('Addresses or networks in CIDR form.'),
  ports: z.array(z.int().min(1).max(65_535)).default([]).describe('Destination ports; all if left out.'),
  protocol: z.enum(['tcp', 'udp']).default('tcp').describe('tcp or udp.'),
  kind: z
    .enum(['supply chain', 'operations', 'data'])
    .describe('supply chain: only pulls. operations: DNS, time, SSH, monitoring. data: what the jobs are about.'),
});

export const egress = z.strictObject({
  mode: z
    .enum(['off', 'observe', 'report', 'enforce'])
    .default('off')
    .describe('observe counts, report also logs what a policy would drop, enforce drops it.'),
  countries: z
    .enum(['norway', 'eea', 'any'])
    .optional()
    .describe('The outer ring: destinations whose holder is registered there are let out; left out: as audit.region.'),
  services: z.array(service).default([]).describe('The inner ring: destinations that are let out by name.'),
});
