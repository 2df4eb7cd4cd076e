import * as z from 'zod';
import { InputError } from '../../../lib/errors.ts';
import type { Environment } from '../../environment/schema.ts';

type Service = Environment['egress']['services'][number];
type Family = 'v4' | 'v6';

/** A service of the inner ring, as the rules use it. */
export interface ServiceRules {
  /** Name of its counter, and the start of its sets' names. */
  readonly counter: string;
  /** Its name in the environment. Without quotes, because it is written between quotes. */
  readonly title: string;
  /** `tcp 80,443`, or `udp all`. For people who read the file, and for the check of what the host needs. */
  readonly ports: string;
  readonly sets: readonly { readonly name: string; readonly type: string; readonly elements: string }[];
  readonly rules: readonly string[];
}

/** Throws InputError EGRESS_SERVICE if an address is not valid. It goes into the rules, so nothing else may pass. */
export function serviceRules(service: Service, index: number): ServiceRules {
  const counter = `service${index + 1}`;
  const match = service.ports.length === 0 ? `meta l4proto ${service.protocol}` : portMatch(service);
  const byFamily = (['v4', 'v6'] as const)
    .map((family) => ({ family, networks: service.to.filter((text) => familyOf(text) === family) }))
    .filter(({ networks }) => networks.length > 0);
  return {
    counter,
    title: service.name.replace(/[^\p{L}\p{N} .,:/()_-]/gu, '').slice(0, 100),
    ports: `${service.protocol} ${service.ports.length === 0 ? 'all' : service.ports.join(',')}`,
    sets: byFamily.map(({ family, networks }) => ({
      name: `${counter}_${family}`,
      type: family === 'v4' ? 'ipv4_addr' : 'ipv6_addr',
      elements: networks.join(', '),
    })),
    rules: byFamily.map(
      ({ family }) =>
        `${family === 'v4' ? 'ip' : 'ip6'} daddr @${counter}_${family} ${match} counter name "${counter}" accept`,
    ),
  };
}

const portMatch = ({ protocol, ports }: Service): string => `${protocol} dport { ${ports.join(', ')} }`;

const v4 = z.union([z.ipv4(), z.cidrv4()]);
const v6 = z.union([z.ipv6(), z.cidrv6()]);

function familyOf(text: string): Family {
  if (v4.safeParse(text).success) return 'v4';
  if (v6.safeParse(text).success) return 'v6';
  throw new InputError(
    'EGRESS_SERVICE',
    `egress.services: to: expected an address or a network in CIDR form, given ${JSON.stringify(text)}`,
    {
      hint: 'write addresses such as "192.0.2.7" or "2001:db8::/32": the policy is decided by addresses, not by names',
    },
  );
}
