import { parseAddress, widthOf } from './address.ts';

/**
 * Returns whether an address is one of these addresses, or in one of these networks in CIDR form. An IPv4 address is in
 * no IPv6 network, not even in ::/0. A name is in none.
 */
export const isWithin = (address: string, networks: readonly string[]): boolean =>
  networks.some((network) => contains(network, address));

function contains(network: string, address: string): boolean {
  const [base = '', prefix] = network.split('/');
  const [outer, inner] = [parseAddress(base), parseAddress(address)];
  if (outer === null || inner === null || outer.family !== inner.family) return false;
  const width = widthOf[outer.family];
  const hostBits = BigInt(width - Number(prefix ?? width));
  return outer.value >> hostBits === inner.value >> hostBits;
}
