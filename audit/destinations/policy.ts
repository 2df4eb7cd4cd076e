import type { AddressBook } from '../../addresses/book.ts';
import { isIn } from '../../addresses/countries.ts';
import { isWithin } from '../../addresses/networks.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { localNetworks } from '../../provision/topics/egress/names.ts';
import type { Destination } from './destination.ts';

type Egress = Environment['egress'];
type Service = Egress['services'][number];

/** What lets private addresses out: no registry has them, so no country can be told. */
export const localRing = 'local';

interface To {
  readonly address: string;
  readonly protocol: string;
  readonly port: number | null;
}

/** The service of the inner ring that names a destination. */
export const serviceFor = ({ services }: Egress, { address, protocol, port }: To): Service | null =>
  services.find(
    (service) =>
      service.protocol === protocol &&
      (service.ports.length === 0 || (port !== null && service.ports.includes(port))) &&
      isWithin(address, service.to),
  ) ?? null;

export const isLocal = (address: string): boolean => isWithin(address, [...localNetworks.v4, ...localNetworks.v6]);

/** Held outside the EEA, or by nobody that a record names. A private address is held by nobody anywhere. */
export const isOutsideEea = ({ address, holderCountry }: Pick<Destination, 'address' | 'holderCountry'>): boolean =>
  !isLocal(address) && (holderCountry === null || !isIn('eea', holderCountry));

/** Multicast and broadcast that no router passes on: it is no destination. RFC 5771 section 4, RFC 919, RFC 4291. */
export const isOnCable = (address: string): boolean =>
  isWithin(address, ['224.0.0.0/24', '255.255.255.255', 'ff02::/16']);

/** The service or the ring that lets a destination out, in the order of the rules; null where nothing does. */
export function allowedBy(egress: Egress, to: To, addresses: AddressBook): string | null {
  if (isLocal(to.address)) return localRing;
  const service = serviceFor(egress, to);
  if (service !== null) return service.name;
  if (egress.countries === 'any') return 'any';
  const country = addresses.country(to.address);
  return country !== null && isIn(egress.countries, country) ? egress.countries : null;
}

/** DNS, SSH, time, and names over TLS: what a machine needs to be run, whatever it is for. */
const operations: ReadonlySet<number> = new Set([22, 53, 123, 853]);

/** What a destination is for: as the environment says, or else by what is certain of it. */
export function kindOf(egress: Egress, to: To, who: string | null): Destination['kind'] {
  const service = serviceFor(egress, to);
  if (service !== null) return service.kind;
  if (who === 'user:_apt') return 'supply chain';
  return to.port !== null && operations.has(to.port) ? 'operations' : 'unknown';
}
