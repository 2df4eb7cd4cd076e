import * as z from 'zod';
import { milliseconds } from './units.ts';

/** Cities in Norway with an internet exchange. */
export const exchangeCities = ['Oslo', 'Bergen', 'Stavanger', 'Trondheim', 'Tromsø'] as const;
export type ExchangeCity = (typeof exchangeCities)[number];

const share = z.number().min(0).max(1);

const limits = z.strictObject({
  fdatasync: milliseconds
    .prefault('10 ms')
    .describe('Longest fdatasync, 99th percentile, on the broker’s disk. 10 ms is etcd’s line for its own log.'),
  roundTrip: milliseconds
    .optional()
    .describe(
      'Longest round trip to the exchange city; by default 3 ms for Oslo, and as much above what light needs for others.',
    ),
  steal: share.default(0.05).describe('Share of processor time that other guests may take while it is measured.'),
  confirmed: z
    .int()
    .min(1)
    .default(1000)
    .describe('Confirmed jobs a second that a publisher must reach with many of them in flight.'),
});

export const benchmarks = z.strictObject({
  exchangeCity: z
    .enum(exchangeCities)
    .default('Oslo')
    .describe('The Norwegian exchange city that is nearest to the hosts: the round trip to it has a limit.'),
  powerLossProtection: z
    .boolean()
    .default(false)
    .describe('The provider says that the disk’s cache survives a power cut, so a flush may cost nothing.'),
  targets: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A YAML file, relative to the project, with the servers to which round trips are measured; by default Jernverk’s own list.',
    ),
  limits: limits.prefault({}).describe('What a host must reach; jernverk bench ends with 1 where it does not.'),
  gate: z
    .array(z.enum(['disk', 'cpu', 'network', 'queue']))
    .default([])
    .describe('Suites that run in their quick form at the end of a deploy, which fails where a limit is not held.'),
});
