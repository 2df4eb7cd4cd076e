import { describe, expect, it } from 'vitest';
import { allocateAddress, chooseSubnet, cidrOf, gatewayOf, takenSubnets } from '../../lab/addresses.ts';

describe('subnets', () => {
  it('begin where the id of the lab points', () => {
    expect(chooseSubnet('00af', new Set())).toEqual({ third: 0xaf });
  });

  it('skip those that a route of the machine names', () => {
    const routes =
      'default via 192.0.2.1 dev eth0\n10.88.175.0/24 dev jvf2af proto kernel src 10.88.175.1\n10.88.176.7 via 192.0.2.1\n';
    expect(takenSubnets(routes)).toEqual(new Set([175, 176]));
    expect(chooseSubnet('f2af', takenSubnets(routes))).toEqual({ third: 177 });
  });

  it('go on at zero after the last', () => {
    expect(chooseSubnet('00ff', new Set([255]))).toEqual({ third: 0 });
  });

  it('are refused when all are taken', () => {
    const all = new Set(Array.from({ length: 256 }, (_, third) => third));
    expect(() => chooseSubnet('0000', all)).toThrow('all of 10.88.0.0/16 is in use');
  });

  it('are not confused by other networks of 10.0.0.0/8', () => {
    expect(takenSubnets('10.8.8.0/24 dev a\n110.88.3.0/24 dev b\n')).toEqual(new Set());
  });
});

describe('addresses', () => {
  const subnet = { third: 7 };

  it('have the bridge at .1 and the hosts from .10', () => {
    expect(cidrOf(subnet)).toBe('10.88.7.0/24');
    expect(gatewayOf(subnet)).toBe('10.88.7.1');
    expect(allocateAddress(subnet, new Set())).toBe('10.88.7.10');
  });

  it('fill gaps and never repeat', () => {
    expect(allocateAddress(subnet, new Set(['10.88.7.10', '10.88.7.12']))).toBe('10.88.7.11');
  });

  it('are refused when all are taken', () => {
    const all = new Set(Array.from({ length: 256 }, (_, last) => `10.88.7.${last}`));
    expect(() => allocateAddress(subnet, all)).toThrow('no free address in 10.88.7.0/24');
  });
});
