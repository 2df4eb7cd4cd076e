import { expect, it } from 'vitest';
import { isWithin } from '../../addresses/networks.ts';

it.each([
  ['10.1.2.3', ['192.168.0.0/16', '10.0.0.0/8']],
  ['192.0.2.7', ['192.0.2.7']],
  ['192.0.2.7', ['192.0.2.6/31']],
  ['192.0.2.7', ['0.0.0.0/0']],
  ['::ffff:10.1.2.3', ['10.0.0.0/8']],
  ['::ffff:a01:203', ['10.0.0.0/8']],
  ['2001:DB8::1', ['2001:db8::/32']],
  ['fe80::1%eth0', ['fe80::/10']],
])('%s is within %j', (address, networks) => expect(isWithin(address, networks)).toBe(true));

it.each([
  ['192.0.2.7', []],
  ['192.0.2.8', ['192.0.2.6/31', '192.0.2.7']],
  ['192.0.2.7', ['::/0']],
  ['2001:db8::1', ['0.0.0.0/0', '2001:db8::2', '2001:db9::/32']],
  ['10.1', ['10.0.0.0/8']],
  ['example.org', ['0.0.0.0/0', '::/0']],
  ['10.1.2.3', ['example.org']],
])('%s is not within %j', (address, networks) => expect(isWithin(address, networks)).toBe(false));
