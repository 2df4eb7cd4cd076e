import { type Family, formatAddress, widthOf } from './address.ts';
import { type Span, united } from './ranges.ts';

/** The fewest networks in CIDR form that together are exactly these addresses, in order. */
export const networks = (family: Family, spans: Iterable<Span>): string[] =>
  united(spans).flatMap((span) => split(family, span));

function split(family: Family, { start, end }: Span): string[] {
  const result: string[] = [];
  const width = widthOf[family];
  for (let first = start; first <= end; ) {
    const bits = freeBits(first, end, width);
    result.push(`${formatAddress({ family, value: first })}/${width - bits}`);
    first += 1n << BigInt(bits);
  }
  return result;
}

/** Host bits of the largest network that begins at `first` and does not reach beyond `end`. */
function freeBits(first: bigint, end: bigint, width: number): number {
  let bits = 0;
  while (bits < width && ((first >> BigInt(bits)) & 1n) === 0n && first + (2n << BigInt(bits)) - 1n <= end) bits++;
  return bits;
}
