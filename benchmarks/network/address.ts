import { BlockList, isIP } from 'node:net';

const family = (address: string): 'ipv4' | 'ipv6' | null => {
  const version = isIP(address);
  if (version === 4) return 'ipv4';
  return version === 6 ? 'ipv6' : null;
};

export const isAddress = (text: string): boolean => family(text) !== null;

/** A set of addresses, from networks in CIDR form. It contains no names. */
export function networkOf(cidrs: readonly string[]): { has(address: string): boolean } {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', length] = cidr.split('/');
    const of = family(address);
    if (of === null) throw new Error(`not a network: ${cidr}`);
    list.addSubnet(address, Number(length), of);
  }
  return {
    has: (address) => {
      const of = family(address);
      return of !== null && list.check(address, of);
    },
  };
}
