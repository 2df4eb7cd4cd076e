import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Family, formatAddress, parseAddress, parseIpv4, parseIpv6, widthOf } from '../../addresses/address.ts';
import { addressBook } from '../../addresses/lookup.ts';
import { type Range, settle, without } from '../../addresses/ranges.ts';
import { type Source, sourceOf } from '../../addresses/source.ts';
import { rangeTable } from '../../addresses/table.ts';
import { seeded } from './random.ts';

const families: readonly Family[] = ['ipv4', 'ipv6'];
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const cases = families.flatMap((family) => seeds.map((seed): [Family, number] => [family, seed]));
const countries = ['NO', 'SE', 'US', 'IS'];

/** Records in a small part of the address space, so that they touch and overlap often. */
function records(family: Family, seed: number, count: number): Range[] {
  const { below } = seeded(seed);
  const base = family === 'ipv4' ? 0xc000_0200n : 0x2001_0db8n << 96n;
  const step = family === 'ipv4' ? 1n : 1n << 60n;
  return Array.from({ length: count }, () => {
    const start = base + step * BigInt(below(4000));
    return {
      start,
      end: start + step * BigInt(1 + below(40)) - 1n,
      country: countries[below(countries.length)] ?? 'NO',
    };
  });
}

/** Values at and beside the ends of ranges, and others. */
function probes(ranges: readonly Range[], family: Family, seed: number): bigint[] {
  const { bits } = seeded(seed + 1000);
  const ends = ranges.flatMap(({ start, end }) => [start - 1n, start, start + 1n, end - 1n, end, end + 1n]);
  return [
    ...ends,
    ...Array.from({ length: 50 }, () => bits(widthOf[family])),
    0n,
    (1n << BigInt(widthOf[family])) - 1n,
  ];
}

const scan = (ranges: readonly Range[], value: bigint): Range | null =>
  ranges.find(({ start, end }) => start <= value && value <= end) ?? null;

const source = (ranges: Partial<Record<Family | 'asn', readonly Range[]>>, name = 'test'): Source =>
  sourceOf(
    {
      name,
      registry: 'ripencc',
      date: new Date('2026-11-22T00:00:00Z'),
      sha256: name.padEnd(64, '0'),
      from: name,
      attribution: 'nobody',
      archive: null,
    },
    { ipv4: [], ipv6: [], asn: [], ...ranges },
  );
const book = (...sources: readonly Source[]) => addressBook(sources, new Date('2026-11-23T12:00:00Z'));

describe('lookup', () => {
  it.each(cases)('finds what a scan of all ranges finds: %s, seed %i', (family, seed) => {
    const { ranges } = settle(records(family, seed, 200));
    const table = rangeTable(ranges);
    for (const value of probes(ranges, family, seed)) expect(table.find(value)).toEqual(scan(ranges, value));
    expect([...table.ranges()]).toEqual(ranges);
  });

  it.each(cases)('answers a country only where all records of an address agree: %s, seed %i', (family, seed) => {
    const given = records(family, seed, 120);
    const { ranges } = settle(given);
    const table = rangeTable(ranges);
    for (const value of probes(given, family, seed)) {
      const found = table.find(value);
      const claims = new Set(
        given.filter(({ start, end }) => start <= value && value <= end).map(({ country }) => country),
      );
      if (found !== null) expect([...claims]).toEqual([found.country]);
      if (claims.size === 0) expect(found).toBeNull();
    }
  });

  it('of nothing finds nothing', () => {
    expect(rangeTable([]).find(1n)).toBeNull();
  });
});

describe('ranges of a country', () => {
  it.each(cases)('hold exactly its addresses, and no two could be one: %s, seed %i', (family, seed) => {
    const { ranges } = settle(records(family, seed, 200));
    const wanted = ranges.filter(({ country }) => country === 'NO');
    const given = book(source({ [family]: ranges })).rangesOf(['NO'], family);
    const list = new BlockList();
    for (const [first, last] of given.map(ends)) list.addRange(first, last, family);
    for (const value of probes(ranges, family, seed)) {
      if (value < 0n || value >> BigInt(widthOf[family]) !== 0n) continue;
      const address = formatAddress({ family, value });
      expect([address, list.check(address, family)]).toEqual([address, scan(wanted, value) !== null]);
    }
    expect(joinable(given)).toEqual([]);
  });

  it('may be one address, and all there are', () => {
    const of = (family: Family, start: bigint, end: bigint) =>
      book(source({ [family]: [{ start, end, country: 'NO' }] })).rangesOf(['NO'], family);
    expect(of('ipv4', 0n, 0xffff_ffffn)).toEqual(['0.0.0.0-255.255.255.255']);
    expect(of('ipv6', 0n, (1n << 128n) - 1n)).toEqual(['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);
    expect(of('ipv4', 1n, 8n)).toEqual(['0.0.0.1-0.0.0.8']);
    expect(of('ipv4', 0xffff_ffffn, 0xffff_ffffn)).toEqual(['255.255.255.255-255.255.255.255']);
  });

  it('leave out what a newer source says of another country', () => {
    const newer = source({ ipv4: [{ start: 4n, end: 7n, country: 'US' }] }, 'newer');
    const older = source({ ipv4: [{ start: 0n, end: 15n, country: 'NO' }] }, 'older');
    const both = book(newer, older);
    expect(both.rangesOf(['NO'], 'ipv4')).toEqual(['0.0.0.0-0.0.0.3', '0.0.0.8-0.0.0.15']);
    expect(both.rangesOf(['NO', 'US'], 'ipv4')).toEqual(['0.0.0.0-0.0.0.15']);
    expect(both.country('0.0.0.5')).toBe('US');
    expect(both.country('0.0.0.8')).toBe('NO');
  });

  it.each(seeds)('without others are what a scan says: seed %i', (seed) => {
    const { ranges } = settle(records('ipv4', seed, 100));
    const { ranges: taken } = settle(records('ipv4', seed + 50, 100));
    const left = without(ranges, taken).map((span) => ({ ...span, country: 'NO' }));
    for (const value of [...probes(ranges, 'ipv4', seed), ...probes(taken, 'ipv4', seed)]) {
      expect(scan(left, value) !== null).toBe(scan(ranges, value) !== null && scan(taken, value) === null);
    }
  });
});

const ends = (range: string): [first: string, last: string] => {
  const [first = '', last = ''] = range.split('-');
  return [first, last];
};

/** Ranges that begin right after the one before them, or within it. */
function joinable(ranges: readonly string[]): string[] {
  const numberOf = (text: string): bigint => parseAddress(text)?.value ?? -1n;
  return ranges.filter((range, index) => {
    const before = ranges[index - 1];
    return before !== undefined && numberOf(ends(range)[0]) <= numberOf(ends(before)[1]) + 1n;
  });
}

describe('an address book', () => {
  const some = book(
    source({
      ipv4: [{ start: 0xc000_0200n, end: 0xc000_02ffn, country: 'NO' }],
      ipv6: [{ start: 0x2001_0db8n << 96n, end: (0x2001_0db9n << 96n) - 1n, country: 'SE' }],
      asn: [{ start: 64496n, end: 64499n, country: 'NO' }],
    }),
  );

  it.each([
    ['192.0.2.1', 'NO'],
    ['::ffff:192.0.2.1', 'NO'],
    ['[2001:db8::1]', 'SE'],
    ['2001:DB8:0:0::1%eth0', 'SE'],
    ['192.0.3.0', null],
    ['10.0.0.1', null],
    ['::1', null],
    ['deb.debian.org', null],
    ['192.0.2.01', null],
    ['192.0.2', null],
    ['2001:db8::1::2', null],
    ['', null],
  ])('country of %s is %s', (address, country) => {
    expect(some.country(address)).toBe(country);
  });

  it('gives the record behind an address', () => {
    expect(some.record('::ffff:c000:201')).toMatchObject({
      address: '192.0.2.1',
      first: '192.0.2.0',
      last: '192.0.2.255',
      country: 'NO',
    });
  });

  it('gives the country of an AS number’s holder', () => {
    expect([64495, 64496, 64499, 64500].map((asn) => some.asnCountry(asn))).toEqual([null, 'NO', 'NO', null]);
  });
});

describe('addresses as text', () => {
  it.each(cases)('are the same after writing and reading: %s, seed %i', (family, seed) => {
    const { bits, below } = seeded(seed);
    for (let round = 0; round < 100; round++) {
      // Whole groups of zeros, as real addresses have them.
      const value = bits(widthOf[family]) & ~(0xffff_ffff_ffffn << BigInt(below(widthOf[family])));
      const text = formatAddress({ family, value: value & ((1n << BigInt(widthOf[family])) - 1n) });
      const read = parseAddress(text);
      if (read?.family === family) expect(formatAddress(read)).toBe(text);
    }
  });

  it.each([
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::192.0.2.33', '::c000:221'],
    ['::ffff:192.0.2.33', '192.0.2.33'],
    ['[fe80::1%eth0]', 'fe80::1'],
  ])('%s is written %s (RFC 5952)', (given, written) => {
    const address = parseAddress(given);
    expect(address && formatAddress(address)).toBe(written);
  });

  it.each([
    ...['010.0.0.1', '0x7f.0.0.1', '1', '10.1', '256.0.0.1', '1.2.3.4 ', ' ::1', '1:2:3:4:5:6:7', '::1::', '12345::'],
    ...['::1.2.3', '::ffff:01.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', ':1', '1:', '::g', '1.2.3.4/32', '[::1', 'localhost'],
  ])('%j is none', (text) => expect(parseAddress(text)).toBeNull());

  it('have no zone, brackets or other family if a registry writes them', () => {
    expect(['fe80::1%eth0', '[::1]', '192.0.2.1', ''].map(parseIpv6)).toEqual([null, null, null, null]);
    expect(['::ffff:192.0.2.1', '192.0.2.01', '192.0.2', ''].map(parseIpv4)).toEqual([null, null, null, null]);
  });
});
