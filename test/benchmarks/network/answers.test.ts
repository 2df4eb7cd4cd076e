import { describe, expect, it } from 'vitest';
import { mtrMissing, parsePaths, pathCommand } from '../../../benchmarks/network/path.ts';
import { parseSamples, parseSocket, questionOf } from '../../../benchmarks/network/probe.ts';
import { missingTools, parseResolved } from '../../../benchmarks/network/resolve.ts';
import { roundTripOf } from '../../../benchmarks/network/round-trip.ts';
import { nearestRank } from '../../../benchmarks/statistics/percentile.ts';
import { fixture } from '../../support/topic-fixtures.ts';

/** What hosts of both Debian releases answered, and what is read out of it. */

const answer = (path: string): string => fixture(`benchmarks/network/${path}`);

const target = {
  name: 'far',
  city: 'Oslo',
  place: { latitude: 59.9, longitude: 10.7 },
  operator: 'somebody',
  protocol: 'tcp',
  host: 'far.example.no',
  port: 22,
  zone: null,
} as const;

describe.each([12, 13])('Debian %i', (debian) => {
  it('the kernel’s round trip is read from ss, and the reason of each loss', () => {
    const [far = [], silent = []] = parseSamples(answer(`way-${debian}/round-trips.txt`), 2);
    const times = debian === 12 ? [0.052, 0.052, 0.04] : [0.055, 0.039, 0.037];
    expect(far).toEqual(times.map((time_ms) => ({ kind: 'answered', time_ms })));
    expect(silent).toEqual(Array(3).fill({ kind: 'lost', reason: 'no answer within 1 s' }));
  });

  it('a connection of which the first packet was sent again is a loss, not a round trip of a second', () => {
    const [far = []] = parseSamples(answer(`lossy-${debian}/round-trips.txt`), 1);
    expect(far.map(({ kind }) => kind)).toEqual(['lost', 'lost']);
  });

  it('the way is read from mtr, its exchange named, and a place that does not answer has no figures', () => {
    const { paths, pathsReason } = parsePaths(answer(`way-${debian}/paths.txt`), ['far', 'silent']);
    expect(paths.map(({ hops }) => hops.map(({ address, exchange }) => [address, exchange]))).toEqual([
      [
        ['192.0.2.2', null],
        ['185.1.55.41', 'NIX1'],
        ['198.51.100.10', null],
      ],
      [
        ['192.0.2.2', null],
        [null, null],
      ],
    ]);
    expect(paths[1]?.hops[1]).toEqual({ address: null, loss: 1, best_ms: null, exchange: null });
    expect(pathsReason).toBeNull();
  });

  it('addresses are read from getent', () => {
    const resolved = parseResolved(answer(`way-${debian}/addresses.txt`), ['198.51.100.10', '203.0.113.9']);
    expect(resolved.map(({ address }) => address)).toEqual(['198.51.100.10', '203.0.113.9']);
  });
});

it('a line of ss without a round trip is no sample', () => {
  expect(parseSocket('SYN-SENT 0 1 192.0.2.1:1 192.0.2.2:22 ino:1 sk:1 <-> ts sack rto:1000 mss:524')).toBeNull();
  expect(parseSocket('ESTAB ino:1 <-> rcv_rtt:9 bbr:(mrtt:8) rtt:2.5/1.2 ato:40')).toEqual({
    kind: 'answered',
    time_ms: 2.5,
  });
});

it('a time that the clock’s setting made is no time, and a cut line is no sample', () => {
  const [samples] = parseSamples('0\tudp\t-3600000000\n0\tudp\t99000000000\n0\tudp\t1500\n7\tudp\t1\n0\tud', 1);
  expect(samples?.map((sample) => 'time_ms' in sample && sample.time_ms)).toEqual([null, null, 1.5]);
});

it('the question of DNS has the labels with their lengths, type SOA and class IN', () => {
  expect(questionOf('uio.no')).toBe('\\x03\\x75\\x69\\x6f\\x02\\x6e\\x6f\\x00\\x00\\x06\\x00\\x01');
});

describe('a name', () => {
  const resolved = (output: string) => parseResolved(output, ['ntp.example.no'])[0];
  it.each([
    ['0 0 2001:db8::1 STREAM ntp.example.no\n', '2001:db8::1', null],
    ['0 2 \n', null, 'the host’s resolver has no address for ntp.example.no'],
    ['0 124 \n', null, 'the host’s resolver did not answer for ntp.example.no within 5 s'],
    ['', null, 'the host gave no answer about ntp.example.no'],
  ])('answered with %j', (output, address, reason) => {
    expect(resolved(output)).toEqual({ address, reason });
  });

  it.each(['185.1.55.41', '1.1.1.1'])('that turns out to be %s is not asked', (address) => {
    expect(resolved(`0 0 ${address} STREAM ntp.example.no\n`)).toEqual({
      address: null,
      reason: expect.stringContaining(`not asked: ${address}`),
    });
  });
});

it('missing tools are named with their packages', () => {
  expect(missingTools('')).toBeNull();
  expect(missingTools('missing ss\n')).toBe('round trips need iproute2: run apt-get install iproute2');
});

it('a missing mtr, and one that fails, give a reason and no path', () => {
  expect(parsePaths('missing\n', ['far'])).toEqual({ paths: [], pathsReason: mtrMissing });
  expect(parsePaths(answer('unreachable/paths.txt'), ['far'])).toEqual({
    paths: [],
    pathsReason: 'no path to far: mtr said mtr: Failed to resolve host: no-such-host: Name or service not known',
  });
  expect(parsePaths('', ['far']).pathsReason).toBe('no path to far: mtr said nothing');
});

it('a note before the JSON of mtr does not hide it', () => {
  const noted = answer('way-13/paths.txt').replaceAll(/^path \d+\n/gm, (line) => `${line}mtr: a note\n`);
  expect(parsePaths(noted, ['far', 'silent']).paths).toHaveLength(2);
});

it('mtr looks up no names and no operators of networks', () => {
  const { script } = pathCommand(['192.0.2.1'], true);
  expect(script).toContain('mtr --json --no-dns ');
  expect(script).not.toMatch(/ -z| --aslookup| -y/);
});

it('quantiles are times that were seen', () => {
  const times = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.95, 1].map((share) => nearestRank(times, share))).toEqual([1, 3, 5, 5]);
  expect(nearestRank([], 0.5)).toBeNull();
});

it('a target that asked to be left alone is not counted as lost for that', () => {
  const trip = roundTripOf(
    target,
    { address: '192.0.2.1', reason: null },
    [
      { kind: 'answered', time_ms: 1 },
      { kind: 'stopped', reason: 'the server asked not to be asked' },
    ],
    'Oslo',
  );
  expect(trip).toMatchObject({ sent: 1, answered: 1, loss: 0, reason: null });
});

it('the reason is the most frequent one', () => {
  const lost = (reason: string) => ({ kind: 'lost', reason }) as const;
  const samples = [lost('a'), lost('b'), lost('b')];
  expect(roundTripOf(target, { address: '192.0.2.1', reason: null }, samples, 'Bergen')).toMatchObject({
    sent: 3,
    loss: 1,
    reason: 'b',
    floor_ms: expect.closeTo(2.96, 0),
  });
});
