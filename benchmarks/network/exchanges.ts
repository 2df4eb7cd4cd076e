import { isWithin } from '../../addresses/networks.ts';

/** The networks in which the routers of an exchange's members meet. */
export interface Exchange {
  readonly name: string;
  readonly city: string;
  readonly operator: string;
  /** In CIDR form, including those in use before the last renumbering: some routers keep them long. */
  readonly lans: readonly string[];
}

/**
 * Sources: PeeringDB (NIX1 is 83, NIX2 is 298, FIXO is 453) and the exchange's own member export,
 * https://portal.nix.no/api/v4/member-export/ixf/1.0; read in November 2026.
 */
export const exchanges: readonly Exchange[] = [
  nix('NIX1', 'Oslo', ['185.1.55.0/24', '193.156.90.0/24', '2001:7f8:12:1::/64']),
  nix('NIX2', 'Oslo', ['185.1.65.0/26', '193.156.120.0/24', '2001:7f8:12:2::/64']),
  nix('TRDIX', 'Trondheim', ['185.1.65.160/27', '193.156.93.0/24', '2001:7f8:12:3::/64']),
  nix('BIX', 'Bergen', ['185.1.65.128/27', '193.156.125.0/24', '2001:7f8:12:4::/64']),
  nix('TIX', 'Tromsø', ['185.1.65.192/27', '2001:7f8:12:5::/64']),
  nix('SIX', 'Stavanger', ['185.1.65.224/27', '2001:7f8:12:6::/64']),
  { name: 'FIXO', city: 'Oslo', operator: 'Blix Solutions', lans: ['91.198.176.0/24', '2001:7f8:41::/48'] },
];

function nix(name: string, city: string, lans: readonly string[]): Exchange {
  return { name, city, operator: 'University of Oslo', lans };
}

/** The exchange in whose network an address is. */
export const exchangeOf = (address: string): Exchange | undefined =>
  exchanges.find(({ lans }) => isWithin(address, lans));
