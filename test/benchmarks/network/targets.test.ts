import { describe, expect, it } from 'vitest';
import { refusal } from '../../../benchmarks/network/refusal.ts';
import { loadTargets, parseTargets } from '../../../benchmarks/network/targets.ts';
import { environmentWith } from '../../support/apply-topic.ts';
import { projectRoot } from '../../support/command-line.ts';

const good = { name: 'ntp', city: 'Oslo', operator: 'somebody', protocol: 'ntp', host: 'ntp.example.no' };
const parse = (...targets: readonly object[]) => parseTargets(JSON.stringify({ targets }), 'targets.yaml');

it('our own list is valid, has several targets in Oslo and each protocol', async () => {
  const targets = await loadTargets(environmentWith(), projectRoot);
  expect(targets.filter(({ city }) => city === 'Oslo').length).toBeGreaterThan(1);
  expect(new Set(targets.map(({ protocol }) => protocol))).toEqual(new Set(['tcp', 'dns', 'ntp']));
});

it('an environment may name a list of its own, relative to the project', async () => {
  const environment = environmentWith({}, { benchmarks: { targets: 'test/fixtures/benchmarks/network/own.yaml' } });
  expect(await loadTargets(environment, projectRoot)).toEqual([
    {
      name: 'DNS in Florø',
      city: 'Florø',
      place: { latitude: 61.5996, longitude: 5.0328 },
      operator: 'somebody',
      protocol: 'dns',
      host: '2001:db8::53',
      port: 5353,
      zone: 'example.no',
    },
  ]);
});

it('a list that is not there is named, with what to do', async () => {
  const environment = environmentWith({}, { benchmarks: { targets: 'nowhere.yaml' } });
  await expect(loadTargets(environment, projectRoot)).rejects.toMatchObject({
    code: 'TARGETS_MISSING',
    message: 'cannot read the list of network targets nowhere.yaml',
    hint: expect.stringContaining('benchmarks.targets'),
  });
});

it('standard ports and the place of a known city need not be given', () => {
  const [target] = parse(good);
  expect(target).toMatchObject({ port: 123, zone: null });
  expect(target?.place.latitude).toBeCloseTo(59.94, 2);
});

it.each<[string, object, string]>([
  ['no name', { name: undefined }, 'targets[0].name: expected text, nothing is given'],
  [
    'a city without a place',
    { city: 'Atlantis' },
    'targets[0].city: expected a known city, or place: { latitude, longitude } next to it; got Atlantis; known are Oslo',
  ],
  ['a wrong protocol', { protocol: 'icmp' }, 'targets[0].protocol: expected one of "tcp", "dns", "ntp", got "icmp"'],
  ['a wrong host', { host: 'no host' }, 'targets[0].host: expected a host name or an IP address, got "no host"'],
  ['half an address', { host: '192.0.2' }, 'targets[0].host: expected a host name or an IP address, got "192.0.2"'],
  ['an option as host', { host: '-c' }, 'targets[0].host: expected a host name or an IP address, got "-c"'],
  ['a port that is none', { port: 70000 }, 'targets[0].port: expected at most 65535, got 70000'],
  ['tcp without port', { protocol: 'tcp' }, 'targets[0].port: expected the port to connect to, got nothing'],
  ['dns without zone', { protocol: 'dns' }, 'targets[0].zone: expected a zone that the server answers for'],
  ['ntp with zone', { zone: 'no' }, 'targets[0].zone: expected no zone for ntp, got no'],
  [
    'a zone that bash cannot send',
    { protocol: 'dns', zone: 'abcdefghij.no' },
    'targets[0].zone: expected a zone without a label of 10 characters, since bash cannot send one; got abcdefghij.no',
  ],
  ['an unknown key', { colour: 'red' }, 'targets[0].colour: unknown key; expected one of name, city, place'],
])('%s is refused: where, what was expected, what was given', (_, change, message) => {
  expect(() => parse({ ...good, ...change })).toThrow(`targets.yaml ${message}`);
});

it('all problems are told at once, and a name must be its own', () => {
  const tell = () => parse(good, { ...good, host: '1.1.1.1' });
  expect(tell).toThrow('the list of network targets has 2 problems');
  expect(tell).toThrow('targets[1].name: expected a unique name, but targets[0] is also ntp');
});

it('text that is no YAML is told so', () => {
  expect(() => parseTargets('targets: [', 'targets.yaml')).toThrow('is not valid YAML\ntargets.yaml ');
  expect(() => parseTargets('', 'targets.yaml')).toThrow('expected a map of keys');
});

describe('never asked', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.9.9.9',
    '2606:4700:4700::1111',
    'one.one.one.one',
    'dns.google',
    'I.NIC.NO',
    'k.root-servers.net',
    '0.no.pool.ntp.org',
    'time.cloudflare.com',
  ])('%s, which answers from many places', (host) => {
    expect(() => parse({ ...good, host })).toThrow(/targets\[0\]\.host: expected another server, since .* many places/);
  });

  it.each(['185.1.55.41', '185.1.65.130', '2001:7f8:12:1::1', '193.156.90.1'])(
    '%s, in the network of an exchange',
    (host) => {
      expect(() => parse({ ...good, host })).toThrow(/since .* in the network of the exchange \w+: a router’s port/);
    },
  );

  it('others are', () => {
    for (const host of ['129.240.2.6', 'ntp.uio.no', 'x.nic.no', '2001:700::1']) expect(refusal(host)).toBeNull();
  });
});
