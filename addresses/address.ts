import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export const families = ['ipv4', 'ipv6'] as const;
export type Family = (typeof families)[number];

/** Number of bits in an address. */
export const widthOf = { ipv4: 32, ipv6: 128 } as const;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/**
 * Reads an address in the form of sockets and configurations. A zone (`%eth0`) and brackets are removed. An IPv4
 * address inside IPv6 (::ffff:192.0.2.1, RFC 4291 §2.5.5.2) becomes the IPv4 address. Null if the text is not an
 * address.
 */
export function parseAddress(text: string): Address | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const ipv4 = parseIpv4(bare);
  if (ipv4 !== null) return { family: 'ipv4', value: ipv4 };
  const ipv6 = parseIpv6(bare);
  if (ipv6 === null) return null;
  return ipv6 >> 32n === 0xffffn ? { family: 'ipv4', value: ipv6 & 0xffff_ffffn } : { family: 'ipv6', value: ipv6 };
}

/**
 * Returns an IPv4 address of four decimal numbers as a number. Null if the text is not one. A number with a leading
 * zero does not count.
 */
export const parseIpv4 = (text: string): bigint | null =>
  isIPv4(text) ? BigInt(text.split('.').reduce((value, part) => value * 256 + Number(part), 0)) : null;

/** Returns an IPv6 address without a zone as a number. Null if the text is not one. */
export function parseIpv6(text: string): bigint | null {
  if (!isIPv6(text) || text.includes('%')) return null;
  // ipaddr.js reads ::192.0.2.1, which is ::c000:201, as ::ffff:192.0.2.1. With a group in front it reads it correctly.
  const { parts } = ipaddr.IPv6.parse(text.replace(/^::(?=\d+\.)/, '0::'));
  return BigInt(`0x${parts.map((part) => part.toString(16).padStart(4, '0')).join('')}`);
}

/** Returns an address in its canonical form (RFC 5952). */
export function formatAddress({ family, value }: Address): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  return new ipaddr.IPv6([...Buffer.from(value.toString(16).padStart(32, '0'), 'hex')]).toString();
}
