export const families = ['ipv4', 'ipv6'] as const;
export type Family = (typeof families)[number];

/** Bits of an address. */
export const widthOf = { ipv4: 32, ipv6: 128 } as const;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** IPv4 addresses inside IPv6 (::ffff:192.0.2.1, RFC 4291 §2.5.5.2): sockets of both families show them so. */
const mapped = 0xffffn;

/**
 * Reads an address as sockets and configurations write it: a zone (`%eth0`) and brackets are taken off, an IPv4 address
 * inside IPv6 is the IPv4 address. Null where the text is none.
 */
export function parseAddress(text: string): Address | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const ipv4 = parseIpv4(bare);
  if (ipv4 !== null) return { family: 'ipv4', value: ipv4 };
  const ipv6 = parseIpv6(bare);
  if (ipv6 === null) return null;
  return ipv6 >> 32n === mapped ? { family: 'ipv4', value: ipv6 & 0xffff_ffffn } : { family: 'ipv6', value: ipv6 };
}

/** Four decimal numbers, no leading zeros: some programs read 010 as 8. */
export function parseIpv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return BigInt(parts.reduce((value, part) => value * 256 + Number(part), 0));
}

export function parseIpv6(text: string): bigint | null {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const tail = parseIpv4(dotted[2] ?? '');
    if (tail === null) return null;
    return parseIpv6(`${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const zeros = 8 - left.length - right.length;
  if (halves.length === 1 ? zeros !== 0 : zeros < 1) return null;
  let digits = '0x';
  for (const group of [...left, ...Array<string>(zeros).fill('0'), ...right]) {
    if (!/^[\da-f]{1,4}$/i.test(group)) return null;
    digits += group.padStart(4, '0');
  }
  return BigInt(digits);
}

/** An address in its one canonical form (RFC 5952). */
export function formatAddress({ family, value }: Address): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  groups.forEach((group, start) => {
    if (group !== '0') return;
    const end = groups.findIndex((other, index) => index > start && other !== '0');
    const length = (end === -1 ? groups.length : end) - start;
    if (length > best.length) best = { start, length };
  });
  return best;
}
