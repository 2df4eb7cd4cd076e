import { describe, expect, it } from 'vitest';
import { countrySets } from '../../addresses/countries.ts';
import { addressBook } from '../../addresses/lookup.ts';
import { parseSeed, readSeed } from '../../addresses/seed.ts';

describe('the data that comes with Jernverk', async () => {
  const book = addressBook([await readSeed()], new Date('2026-11-23T12:00:00Z'));

  it('is dated, hashed, attributed, and old by our own rule', () => {
    expect(book.source).toEqual({
      name: '@ip-location-db/asn-country 2.3.2026061719',
      date: new Date('2026-06-17T00:00:00Z'),
      sha256: '6518e6cf3fc6f7e4540e4e40d378a4e688e30f8e03d661e2f6a78c7ef4c4dbaa',
      attribution: expect.stringContaining('Number Resource Organization (nro.net), CC BY 4.0'),
      ageDays: 159,
    });
  });

  /** The University of Oslo; Sikt; two ranges that Azure uses in Norway, whose holders are abroad. */
  it.each([
    ['129.240.2.6', 'NO'],
    ['2001:700::1', 'NO'],
    ['51.120.0.1', 'GB'],
    ['20.100.0.1', 'US'],
    ['192.168.1.1', null],
  ])('has %s in %s', (address, country) => {
    expect(book.country(address)).toBe(country);
  });

  it('gives the firewall as many ranges as a count in Python of those that do not touch', () => {
    const counts = (['norway', 'eea'] as const).map((set) =>
      (['ipv4', 'ipv6'] as const).map((family) => book.rangesOf(countrySets[set], family).length),
    );
    expect(counts).toEqual([
      [1161, 459],
      [21528, 15198],
    ]);
  });

  it('has no holder in Svalbard, Jan Mayen or on Bouvet Island, so the rule for them excludes nobody today', () => {
    expect([...book.rangesOf(['SJ', 'BV'], 'ipv4'), ...book.rangesOf(['SJ', 'BV'], 'ipv6')]).toEqual([]);
  });

  it('is refused where a line is damaged', () => {
    expect(() => parseSeed('1,2,NO\n3,4,N\n', 'seed.csv')).toThrow(
      'seed.csv, line 2: expected first,last,country, given "3,4,N"',
    );
  });
});

describe('the sets of countries', () => {
  it('are the 27 members, Iceland, Liechtenstein and Norway, and Norway is part of them', () => {
    expect(countrySets.eea).toHaveLength(30);
    expect(new Set(countrySets.eea).size).toBe(30);
    expect(countrySets.eea).toEqual(expect.arrayContaining([...countrySets.norway, 'IS', 'LI', 'HR', 'GR']));
    for (const other of ['GB', 'CH', 'SJ', 'BV', 'EU', 'EL', 'GL', 'FO']) expect(countrySets.eea).not.toContain(other);
  });
});
