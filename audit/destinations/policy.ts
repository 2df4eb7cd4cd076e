import type { AddressBook } from '../../addresses/book.ts';
import { isIn } from '../../addresses/countries.ts';
import { isWithin } from '../../addresses/networks.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { localNetworks } from '../../provision/topics/egress/names.ts';
import type { Destination } from './destination.ts';

type Egress = Environment['egress'];
type Service = Egress['services'][number];

/** The ring that allows private addresses. No registry lists them, so they have no country. */
export const localRing = 'local';

interface To {
  readonly address: string;
  readonly protocol: string;
  readonly port: number | null;
}

/** The service of the inner ring that covers a destination. */
export const serviceFor = ({ services }: Egress, { address, protocol, port }: To): Service | null =>
  services.find(
    (service) =>
      service.protocol === protocol &&
      (service.ports.length === 0 || (port !== null && service.ports.includes(port))) &&
      isWithin(address, service.to),
  ) ?? null;

export const isLocal = (address: string): boolean => isWithin(address, [...localNetworks.v4, ...localNetworks.v6]);

/** Held outside the EEA, or by nobody that a record names. A private address has no holder anywhere. */
export const isOutsideEea = ({ address, holderCountry }: Pick<Destination, 'address' | 'holderCountry'>): boolean =>
  !isLocal(address) && (holderCountry === null || !isIn('eea', holderCountry));

/** Multicast and broadcast that no router forwards are not destinations. RFC 5771 section 4, RFC 919, RFC 4291. */
export const isOnCable = (address: string): boolean =>
  isWithin(address, ['224.0.0.0/24', '255.255.255.255', 'ff02::/16']);

/** The service or the ring that allows a destination, in the order of the rules. Null if none does. */
export function allowedBy(egress: Egress, to: To, addresses: AddressBook): string | null {
  if (isLocal(to.address)) return localRing;
  const service = serviceFor(egress, to);
  if (service !== null) return service.name;
  if (egress.countries === 'any') return 'any';
  const country = addresses.country(to.address);
  return country !== null && isIn(egress.countries, country) ? egress.countries : null;
}

/** SSH, DNS, time, and names over TLS: what every machine needs for its operation. */
const operations: ReadonlySet<number> = new Set([22, 53, 123, 853]);

/** What a destination is for: as the environment declares it, or else what is certain about it. */
export function kindOf(egress: Egress, to: To, who: string | null): Destination['kind'] {
  const service = serviceFor(egress, to);
  if (service !== null) return service.kind;
  if (who === 'user:_apt') return 'supply chain';
  return to.port !== null && operations.has(to.port) ? 'operations' : 'unknown';
}
