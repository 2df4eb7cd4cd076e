import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Delegated, parseDelegated } from '../../addresses/delegated.ts';

const fixture = (name: string): Promise<string> => readFile(`test/fixtures/audit/addresses/${name}`, 'utf8');
const text = await fixture('delegated-ripencc-extended.txt');
const parse = (changed: string): Delegated => parseDelegated(changed, 'given.txt');
const replaced = (line: string, by: string): Delegated => {
  expect(text).toContain(line);
  return parse(text.replace(line, by));
};

describe('delegated statistics', () => {
  it('gives registry, serial, the registry’s own date, and what somebody holds', () => {
    const { registry, serial, date, records, ipv4, ipv6, asn, disputed } = parse(text);
    expect({ registry, serial, date: date.toISOString(), records }).toEqual({
      registry: 'ripencc',
      serial: '1795388399',
      date: '2026-11-22T00:00:00.000Z',
      records: 15,
    });
    expect([ipv4.length, ipv6.length, asn.length, disputed.length]).toEqual([7, 3, 2, 0]);
    expect(asn[0]).toEqual({ start: 64496n, end: 64499n, country: 'NO' });
  });

  it('reads an IPv4 value as a count of addresses, also where it is no power of two', () => {
    expect(parse(text).ipv4).toContainEqual({ start: 0xc000_0200n, end: 0xc000_02bfn, country: 'NO' });
  });

  it('reads an IPv6 value as a prefix length', () => {
    const start = 0x2001_0db8n << 96n;
    expect(parse(text).ipv6[0]).toEqual({ start, end: start + (1n << 95n) - 1n, country: 'NO' });
  });

  it('reads a plain file, another version of the format, comments, CRLF and an empty start date', async () => {
    expect(parse(await fixture('delegated-arin.txt')).registry).toBe('arin');
    expect(parse(text.replaceAll('\n', '\r\n')).records).toBe(15);
    expect(replaced('|19700101|20261122|', '||20261122|').registry).toBe('ripencc');
  });

  it('reads the joint file, whose records keep the name of their registry', () => {
    const joint = text
      .replace('2|ripencc|', '2|nro|')
      .replaceAll(/^ripencc\|(?=\*)/gm, 'nro|')
      .replaceAll(/^(ripencc.*\|(?:allocated|assigned|available|reserved).*)$/gm, '$1|e-stats');
    expect(parse(joint).registry).toBe('nro');
  });

  it('leaves out records without a country', () => {
    expect(replaced('ripencc|SE|ipv4|', 'ripencc|ZZ|ipv4|').ipv4).toHaveLength(6);
  });

  it('holds what two records claim for different countries as unknown', () => {
    const { ipv4, disputed } = replaced('ripencc|GB|ipv4|192.0.2.192|64|', 'ripencc|GB|ipv4|192.0.2.128|128|');
    expect(disputed.map(({ country }) => country)).toEqual(['NO', 'GB']);
    expect(ipv4).toHaveLength(5);
  });

  it('takes records that overlap and agree as one', () => {
    const { ipv4, disputed } = replaced('ripencc|GB|ipv4|192.0.2.192|64|', 'ripencc|NO|ipv4|192.0.2.128|128|');
    expect(disputed).toEqual([]);
    expect(ipv4[0]).toEqual({ start: 0xc000_0200n, end: 0xc000_02ffn, country: 'NO' });
  });
});

describe('a damaged file', () => {
  it.each([
    ['an empty file', '', 'given.txt: expected delegated statistics, and it is empty'],
    ['a page in its place', '<html><body>Not found</body></html>', 'line 1: expected a header 2|registry|'],
  ])('%s is refused', (_what, given, message) => {
    expect(() => parse(given)).toThrow(message);
  });

  it.each([
    ['2|ripencc|', '2|ripe|', 'line 2: expected a registry, one of afrinic, apnic'],
    ['|20261122|', '|20261322|', 'line 2: expected an end date such as 20261123, given "20261322"'],
    ['|20261122|', '|20260231|', 'line 2: expected an end date'],
    ['|NO|ipv4|192.0.2.0|192|', '|NO|ipv4|192.0.2.256|192|', 'line 9: expected an IPv4 address, given "192.0.2.256"'],
    ['|NO|ipv4|192.0.2.0|192|', '|NO|ipv4|192.0.2.0|0|', 'line 9: expected a count that stays within 32 bits'],
    ['|NO|ipv4|192.0.2.0|192|', '|NO|ipv4|255.255.255.0|257|', 'line 9: expected a count that stays within 32 bits'],
    ['|NO|ipv4|192.0.2.0|192|', '|NO|ipv4|192.0.2.0|-1|', 'line 9: expected a count, given "-1"'],
    ['|NO|ipv4|192.0.2.0|192|', '|no|ipv4|192.0.2.0|192|', 'line 9: expected a country as two capital letters'],
    ['|NO|ipv4|192.0.2.0|192|', '|NO|ipv5|192.0.2.0|192|', 'line 9: expected a type, one of asn, ipv4, ipv6'],
    ['|NO|ipv6|2001:db8::|33|', '|NO|ipv6|2001:db8::|129|', 'line 17: expected a prefix length from 1 to 128'],
    ['|NO|ipv6|2001:db8::|33|', '|NO|ipv6|2001:db8::1|33|', 'line 17: expected an address at which a /33 begins'],
    ['|NO|asn|64496|4|', '|NO|asn|AS64496|4|', 'line 6: expected an AS number, given "AS64496"'],
    [
      '|IS|ipv6|2001:db8:d000::|48|20110505|assigned|6a1c1d2e-0000-4000-8000-000000000007',
      '|IS|ipv6|2001',
      'line 20: expected registry|cc|',
    ],
  ])('says line, expected and given: %s → %s', (line, by, message) => {
    expect(() => replaced(line, by)).toThrow(message);
  });

  it('is refused where it was cut off after a whole line', () => {
    const cut = text.split('\n').slice(0, -2).join('\n');
    expect(() => parse(`${cut}\n`)).toThrow('expected 15 records, as its header says, and there are 14');
    const withoutHeader = cut.replace('|15|19700101|', '|0|19700101|');
    expect(() => parse(withoutHeader)).toThrow(
      'expected 4 records of ripencc|ipv6, as its summary says, and there are 3',
    );
  });

  it('is refused where nobody holds anything in it', () => {
    expect(() => parse('2|ripencc|1|0|19700101|20261122|+0100\n')).toThrow('and there is none');
  });
});
