import { describe, expect, it } from 'vitest';
import { diff } from '../../../../provision/engine/diff.ts';
import { kindOf, type Readings, type Settings } from '../../../../provision/engine/setting.ts';
import { factsOf } from '../../../../provision/engine/topic.ts';
import { packages } from '../../../../provision/topics/packages/topic.ts';
import { environmentWith } from '../../../support/apply-topic.ts';
import { fixture, readingsFrom } from '../../../support/topic-fixtures.ts';

function wantedOn(debian: number): Settings {
  const environment = environmentWith({ debian });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return packages.desired({ environment, host, release: null, networks: null });
}

/** The installed host of that release, with some outputs replaced. */
function readingsOn(debian: number, replaced: Readonly<Record<string, string>> = {}): Readings {
  const output = (key: string): string =>
    replaced[kindOf(key)] ?? fixture(`packages/installed-${debian}/${kindOf(key)}.txt`);
  return readingsFrom(factsOf(packages, [...wantedOn(debian).keys()]), output);
}

describe.each([12, 13])('Debian %i', (debian) => {
  it('a host with all packages differs in nothing', () => {
    expect(diff(wantedOn(debian), readingsOn(debian))).toMatchObject({ changes: [], unknown: [] });
  });

  it('in a container the clock is not ours, and not counted as ok', () => {
    expect(readingsOn(debian).get('time/service')?.kind).toBe('not applicable');
  });
});

it('a bare host lacks every package and the record', () => {
  const bare = readingsOn(13, { package: fixture('packages/bare/package.txt') });
  const { changes } = diff(wantedOn(13), bare);
  expect(changes.map(({ key }) => key)).toContain('package/docker-cli');
  expect(changes.map(({ key }) => key)).toContain('record/versions');
  expect(changes.every(({ from }) => from === null)).toBe(true);
});

it('a removed package of which the configuration is left is absent', () => {
  const removed = fixture('packages/installed-13/package.txt').replace('ii \tsupervisor\t', 'rc \tsupervisor\t');
  expect(readingsOn(13, { package: removed }).get('package/supervisor')).toEqual({ kind: 'absent' });
});

it('a package that was upgraded since the record makes the record stale', () => {
  const upgraded = fixture('packages/installed-13/package.txt').replace(/^fio .*$/m, 'fio 3.38-1 amd64');
  const reading = readingsOn(13, { package: upgraded }).get('record/versions');
  expect(reading).toEqual({ kind: 'value', value: 'stale: fio is 3.39-1, on record is 3.38-1' });
});

it('chrony is as good a time service as ours', () => {
  const chrony = fixture('packages/installed-13/package.txt')
    .replace(/^ii \tsystemd-timesyncd.*$/m, 'ii \tchrony\t4.6.1-3\ttime-daemon')
    .replace(/^systemd-timesyncd .*$/m, 'chrony 4.6.1-3 amd64');
  const readings = readingsOn(13, { package: chrony });
  expect(readings.get('package/time-daemon')).toEqual({ kind: 'value', value: 'installed' });
  expect(readings.get('record/versions')).toEqual({ kind: 'value', value: 'current' });
});

it('an interrupted dpkg is named with the package it left', () => {
  const readings = readingsOn(13, { dpkg: fixture('packages/interrupted/dpkg.txt') });
  expect(readings.get('dpkg/interrupted')).toEqual({ kind: 'value', value: 'yes: cowsay' });
});

it('a transaction of ours that was not finished is drift, also if dpkg is done', () => {
  const readings = readingsOn(13, { dpkg: '/var/lib/jernverk/packages-transaction\n' });
  expect(readings.get('dpkg/interrupted')).toEqual({
    kind: 'value',
    value: 'yes: /var/lib/jernverk/packages-transaction',
  });
});

it('a list that was cut off is unknown, not absent', () => {
  expect(readingsOn(13, { package: 'ii \tcurl\t8' }).get('package/curl')?.kind).toBe('unknown');
});

it.each([
  [['inactive', 'inactive', 'inactive', 'inactive'], { kind: 'absent' }],
  [['inactive', 'active', 'inactive', 'inactive'], { kind: 'value', value: 'active' }],
])('time services that answer %j', (states, reading) => {
  expect(readingsOn(13, { time: states.join('\n') }).get('time/service')).toEqual(reading);
});

describe('a host that is not fit is unknown, with the reason, so that nothing is changed', () => {
  const fit = fixture('packages/installed-13/preflight.txt');
  it.each([
    ['debian-13', fit.replace('version=13', 'version=12'), 'declared Debian 13, found Debian 12; correct "debian"'],
    [
      'debian-13',
      fit.replace('id=debian', 'id=ubuntu').replace('13', '24.04'),
      'declared Debian 13, found ubuntu 24.04',
    ],
    ['memory', fit.replace(/memory=.*/, 'memory=500000'), 'needs at least 1 GB of memory, the host has 0.5 GB'],
    ['disk', fit.replace(/disk=.*/, 'disk=3000000'), 'needs at least 4 GB of disk, the host has 2.9 GB'],
    ['systemd', fit.replace('init=systemd', 'init=init'), 'needs systemd as its first process, the host runs init'],
  ])('%s', (name, preflight, reason) => {
    const reading = readingsOn(13, { preflight }).get(`preflight/${name}`);
    expect(reading).toEqual({ kind: 'unknown', reason: expect.stringContaining(reason) });
  });

  const rooms = (text: string) => `${fit.replace(/^room_.*\n/gm, '').replace(/^deployed.*\n/m, '')}${text}`;
  const reading = (preflight: string) =>
    [...readingsOn(13, { preflight })].find(([key]) => key.startsWith('preflight/room-'))?.[1];
  /** Mount, size and what is free, in KiB. */
  const each = (mounts: Readonly<Record<string, string>>, otherwise: string) =>
    ['/usr', '/var/cache/apt', '/var/lib/rabbitmq', '/var/lib/docker', '/var/lib/jernverk', '/var/tmp']
      .map((path) => `room_${path}=${mounts[path] ?? otherwise}\n`)
      .join('');

  it('a small file system of its own for the broker is refused, with what it needs for what', () => {
    const small = rooms(each({ '/var/lib/rabbitmq': '/var/lib/rabbitmq 1200000 1100000' }, '/ 90000000 80000000'));
    expect(reading(small)).toEqual({
      kind: 'unknown',
      reason: 'the file system /var/lib/rabbitmq has 1.0 GB free and needs 2.2 GB (2.2 GB for /var/lib/rabbitmq)',
    });
  });

  it('what shares a file system needs its room together', () => {
    const shared = each({}, '/ 3000000 2500000');
    expect(reading(rooms(shared))).toMatchObject({
      reason: expect.stringContaining('/ has 2.4 GB free and needs 3.1 GB'),
    });
    expect(reading(rooms(each({}, '/ 4000000 3500000')))?.kind).toBe('value');
  });

  it('a host with a release is not refused for what is on its disks, since a deploy may be what helps', () => {
    expect(reading(rooms(`deployed=yes\n${each({}, '/ 9000000 10')}`))?.kind).toBe('value');
    expect(reading(rooms(`deployed=yes\n${each({}, '/ 1000000 10')}`))).toMatchObject({
      reason: expect.stringContaining('has 1.0 GB in all and needs'),
    });
  });

  it('a machine sold with 1 GB, of which the kernel keeps a part, is fit', () => {
    const reading = readingsOn(13, { preflight: fit.replace(/memory=.*/, 'memory=980000') }).get('preflight/memory');
    expect(reading?.kind).toBe('value');
  });
});
