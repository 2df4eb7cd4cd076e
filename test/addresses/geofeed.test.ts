import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseGeofeed } from '../../addresses/geofeed.ts';

const geofeed = parseGeofeed(await readFile('test/fixtures/audit/addresses/geofeed.csv', 'utf8'), 'geofeed.csv');

describe('a geofeed', () => {
  it('answers with the smallest network that holds the address', () => {
    expect(geofeed.claim('192.0.2.199')).toEqual({
      network: '192.0.2.192/26',
      country: 'NO',
      region: 'NO-03',
      city: 'Oslo',
    });
    expect(geofeed.claim('192.0.2.200')?.country).toBe('SE');
    expect(geofeed.claim('2001:db8:8000::1')?.country).toBe('SE');
    expect(geofeed.claim('2001:db8::1')?.city).toBe('Oslo');
    expect(geofeed.claim('192.0.2.1')).toBeNull();
  });

  it('knows a claim that was taken back from none', () => {
    expect(geofeed.claim('203.0.113.1')?.country).toBeNull();
  });

  it.each([
    ['192.0.2.0/33,NO,,,', 'g.csv, line 2: expected a length of 0 to 32, given "192.0.2.0/33"'],
    ['192.0.2.1/24,NO,,,', 'line 2: expected an address at which a /24 begins'],
    ['mirror.example,NO,,,', 'line 2: expected a network such as 192.0.2.0/24'],
    ['192.0.2.0/24,NOR,,,', 'line 2: expected a country as two letters, given "NOR"'],
  ])('is refused with the line: %s', (line, message) => {
    expect(() => parseGeofeed(`# comment\n${line}\n`, 'g.csv')).toThrow(message);
  });
});
