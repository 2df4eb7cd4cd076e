import { describe, expect, it } from 'vitest';
import { destinationSchema } from '../../../audit/destinations/destination.ts';
import { destinationsOf } from '../../../audit/destinations/inventory.ts';
import { allowedBy, kindOf } from '../../../audit/destinations/policy.ts';
import { fixture } from '../../support/topic-fixtures.ts';

import { addresses, context } from './scenario.ts';

describe('the inventory', () => {
  const all = destinationsOf(context('enforce'));

  it('has each destination of the host and of each container once, by the schema', () => {
    expect(all.map((one) => destinationSchema.parse(one))).toEqual(all);
    expect(all.map(({ who, address, port }) => `${who} ${address} ${port}`)).toEqual(
      ['docker:phone', 'user:root'].flatMap((who) => [
        `${who} 198.51.100.10 4000`,
        `${who} 2001:db8:1::10 4000`,
        `${who} 2001:db8:2::10 4000`,
        `${who} 2001:db8:2::20 4001`,
        `${who} 203.0.113.10 4000`,
        `${who} 203.0.113.20 4001`,
      ]),
    );
  });

  it('tells country, what lets it out, and bytes both ways', () => {
    expect(all.find(({ address, who }) => address === '203.0.113.20' && who === 'docker:phone')).toMatchObject({
      host: 'forge',
      protocol: 'tcp',
      holderCountry: 'US',
      kind: 'data',
      allowedBy: 'Partner',
      bytesOut: expect.any(Number),
      bytesIn: expect.any(Number),
    });
    expect(all.find(({ address }) => address === '198.51.100.10')?.allowedBy).toBe('norway');
    expect(all.find(({ address }) => address === '203.0.113.10')?.allowedBy).toBeNull();
  });

  it('leaves out what was stopped, what answered a connection that nobody counted, and what stays on the cable', () => {
    expect(fixture('audit/destinations/enforce/seen.txt')).toContain('224.0.0.22');
    expect(all.map(({ address }) => address)).not.toContain('224.0.0.22');
    expect(all.filter(({ port, address }) => port === 4000 && address.endsWith('.20'))).toEqual([]);
    expect(all.filter(({ address }) => address.startsWith('10.'))).toEqual([]);
  });

  it('joins everybody on the host who talked to one destination', () => {
    const two = context('enforce', {}, (text) =>
      text.replace(/^( {2}out\thost\t)user:root(\t203\.0\.113\.10\t.*)$/m, '$1user:root$2\n$1unit:a.service$2'),
    );
    const joined = destinationsOf(two).find(({ who, address }) => address === '203.0.113.10' && who !== 'docker:phone');
    expect(joined?.who).toBe('unit:a.service, user:root');
  });
});

describe('the policy', () => {
  const { egress } = context('enforce').environment;
  it.each([
    [{ address: '10.0.0.7', protocol: 'tcp', port: 25 }, 'local'],
    [{ address: 'fd00::7', protocol: 'tcp', port: 25 }, 'local'],
    [{ address: '203.0.113.90', protocol: 'tcp', port: 80 }, 'Mirror'],
    [{ address: '203.0.113.90', protocol: 'udp', port: 80 }, null],
    [{ address: '203.0.113.90', protocol: 'tcp', port: 443 }, null],
    [{ address: '2001:db8:1::1', protocol: 'icmpv6', port: null }, 'norway'],
    [{ address: '192.0.2.1', protocol: 'tcp', port: 443 }, null],
  ])('%j is let out by %s', (to, ring) => {
    expect(allowedBy(egress, to, addresses)).toBe(ring);
  });

  it('knows what a destination is for only where that is certain', () => {
    const to = { address: '203.0.113.1', protocol: 'udp', port: 53 };
    expect(kindOf(egress, to, null)).toBe('operations');
    expect(kindOf(egress, { ...to, port: 443 }, 'user:_apt')).toBe('supply chain');
    expect(kindOf(egress, { ...to, port: 443 }, 'docker:phone')).toBe('unknown');
  });
});
