import { LabError } from './errors.ts';

/** A /24 of 10.88.0.0/16, named by its third number. */
export interface Subnet {
  readonly third: number;
}

export const cidrOf = (subnet: Subnet): string => `10.88.${subnet.third}.0/24`;
export const gatewayOf = (subnet: Subnet): string => `10.88.${subnet.third}.1`;

/** Returns the third numbers of 10.88.0.0/16 in use, from the text of `ip -4 route show table all`. */
export function takenSubnets(routes: string): ReadonlySet<number> {
  return new Set([...routes.matchAll(/\b10\.88\.(\d+)\.\d+/g)].map((match) => Number(match[1])));
}

/** Returns the first free subnet. The search starts at a number from the lab's id, so that clones rarely collide. */
export function chooseSubnet(id: string, taken: ReadonlySet<number>): Subnet {
  const start = Number.parseInt(id, 16) % 256;
  for (let step = 0; step < 256; step++) {
    const third = (start + step) % 256;
    if (!taken.has(third)) return { third };
  }
  throw new LabError('LAB_MACHINE', 'all of 10.88.0.0/16 is in use on this machine: take a lab down first');
}

/** Returns the lowest free address, from .10 upwards. A host keeps the address that its state records. */
export function allocateAddress(subnet: Subnet, taken: ReadonlySet<string>): string {
  for (let last = 10; last < 255; last++) {
    const address = `10.88.${subnet.third}.${last}`;
    if (!taken.has(address)) return address;
  }
  throw new LabError('LAB_MACHINE', `no free address in ${cidrOf(subnet)}: take hosts down first`);
}
