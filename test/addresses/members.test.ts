import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { membershipsOf, parseMembers } from '../../addresses/members.ts';

const text = await readFile('test/fixtures/audit/addresses/ixf-1.0.json', 'utf8');
const parse = (given: string) => parseMembers(given, 'ixf.json');

describe('a member export (IX-F)', () => {
  it('says at which exchanges a network is, how fast, with which addresses', () => {
    expect(membershipsOf([parse(text)], 64496)).toEqual([
      {
        asn: 64496,
        member: 'Example hosting',
        exchange: 'IX-A',
        speed_mbps: 21000,
        addresses: ['192.0.2.10', '192.0.2.11', '2001:db8:12:1:0:6:4496:1'],
      },
      {
        asn: 64496,
        member: 'Example hosting',
        exchange: 'IX-B',
        speed_mbps: null,
        addresses: ['2001:db8:12:2:0:6:4496:1'],
      },
    ]);
  });

  it('has a date and its exchanges', () => {
    const { date, exchanges } = parse(text);
    expect(date).toEqual(new Date('2026-11-20T06:00:00Z'));
    expect(exchanges.map(({ name }) => name)).toEqual(['IX-A', 'IX-B']);
  });

  it('does not count a connection that is not in use, nor a member without one', () => {
    expect([64500, 64510, 64499].map((asn) => membershipsOf([parse(text)], asn))).toEqual([[], [], []]);
  });

  it.each([
    ['"version": "1.0"', '"version": "2.0"', 'ixf.json: version: expected IX-F version 0.6 to 1.x'],
    ['"timestamp": "2026-11-20T06:00:00Z"', '"timestamp": "soon"', 'ixf.json: timestamp: expected a date and time'],
    ['"asnum": 64500', '"asnum": "AS64500"', 'ixf.json: member_list.1.asnum: '],
    [
      '"ixp_id": 2, "state": "inactive"',
      '"ixp_id": 7, "state": "inactive"',
      'member_list[1]: expected an ixp_id of ixp_list, given 7',
    ],
    ['"address": "192.0.2.11"', '"address": "192.0.2.311"', 'expected an IP address'],
  ])('is refused with the place: %s → %s', (before, after, message) => {
    expect(text).toContain(before);
    expect(() => parse(text.replace(before, after))).toThrow(message);
  });

  it('is refused where the list is missing', () => {
    expect(() => parse('{"version":"1.0"}')).toThrow('ixf.json: timestamp: ');
    expect(() => parse('[')).toThrow('expected JSON');
  });
});
