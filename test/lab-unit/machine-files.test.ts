import { describe, expect, it } from 'vitest';
import { accessSettingsIn, mirrorsIn, sourcesList } from '../../lab/apt.ts';
import { processTrees } from '../../lab/cgroup.ts';
import { handlesOf } from '../../lab/forwarding.ts';
import { hostsFor, resolverFor } from '../../lab/host-identity.ts';
import { parseMtu } from '../../lab/network.ts';
import { parseStat } from '../../lab/process.ts';
import { checkSpec, defaultSpec } from '../../lab/spec.ts';

describe('apt of a host', () => {
  it('uses the mirror that this machine uses', () => {
    const sources = [
      '# deb http://old.example/debian trixie main',
      'deb [signed-by=/k.gpg] http://mirror.example/debian/ trixie main',
      'URIs: http://mirror.example/debian-security',
    ].join('\n');
    expect(mirrorsIn(sources)).toEqual({
      mirror: 'http://mirror.example/debian',
      securityMirror: 'http://mirror.example/debian-security',
    });
  });

  it('uses the public mirrors where this machine names none', () => {
    expect(mirrorsIn('deb http://archive.example/ubuntu noble main')).toEqual({
      mirror: 'http://deb.debian.org/debian',
      securityMirror: 'http://deb.debian.org/debian-security',
    });
  });

  it('takes over proxies and date checks, and nothing else', () => {
    const dump = [
      'Acquire "";',
      'Acquire::http "";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::https::Proxy::mirror.example "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
      'DPkg::Post-Invoke "";',
      'DPkg::Post-Invoke:: "rm -rf /tmp/x";',
    ].join('\n');
    expect(accessSettingsIn(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::https::Proxy::mirror.example "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
    ]);
  });

  it('has updates and security besides the release', () => {
    const access = { mirror: 'http://m/debian', securityMirror: 'http://m/debian-security', configuration: [] };
    expect(sourcesList('trixie', access)).toBe(
      'deb http://m/debian trixie main\ndeb http://m/debian trixie-updates main\ndeb http://m/debian-security trixie-security main\n',
    );
  });
});

describe('names of a host', () => {
  it('resolve by the servers of this machine that are not on its loopback', () => {
    const text = '# comment\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nsearch example.org\noptions edns0\n';
    expect(resolverFor(text)).toBe('nameserver 192.0.2.53\nsearch example.org\noptions edns0\n');
  });

  it('include what this machine knows of others, and nothing about itself', () => {
    const text = '127.0.0.1 localhost\n127.0.1.1 laptop\n::1 ip6-localhost\nff02::1 ip6-allnodes\n192.0.2.8 mirror\n';
    expect(hostsFor('forge', text)).toBe('127.0.0.1 localhost\n127.0.1.1 forge\n::1 localhost\n192.0.2.8 mirror\n');
  });
});

describe('reading the machine', () => {
  it('finds the start of a process whose name has spaces and parentheses', () => {
    const stat = '42 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 2 3';
    expect(parseStat(stat)).toEqual({ state: 'S', startTicks: '987654' });
  });

  it('finds the MTU of an interface', () => {
    expect(parseMtu('[{"ifname":"eth0","mtu":1400}]')).toBe(1400);
  });
});

describe('a host that is asked for', () => {
  it.each([
    [{ name: 'Forge' }, 'a name has a-z'],
    [{ name: '../x' }, 'a name has a-z'],
    [{ memoryBytes: 1 }, 'at least 512 MB'],
    [{ diskBytes: 1 }, 'at least 2 GB'],
    [{ cpus: 0 }, '1 CPU or more'],
  ])('is refused with %o', (wrong, message) => {
    expect(() => checkSpec({ ...defaultSpec('forge'), ...wrong })).toThrow(message);
  });

  it('is fine by default', () => {
    expect(() => checkSpec(defaultSpec('forge'))).not.toThrow();
  });
});

describe('control groups', () => {
  it('are found on a machine that has both versions', () => {
    const mountinfo = [
      '24 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
      '30 25 0:26 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory',
      '31 25 0:27 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd',
      '32 25 0:28 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
      '',
    ].join('\n');
    expect(processTrees(mountinfo)).toEqual(['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified']);
  });

  it('are found on a machine that has version 2 alone', () => {
    const mountinfo = '30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
    expect(processTrees(mountinfo)).toEqual(['/sys/fs/cgroup']);
  });
});

describe('rules among those of Docker', () => {
  it('are found by their comment', () => {
    const listing = [
      'table ip filter {',
      '\tchain DOCKER-USER { # handle 4',
      '\t\toifname "jvf70b" accept comment "jernverk_f70b" # handle 9',
      '\t\tiifname "jvf70b" accept comment "jernverk_f70b" # handle 8',
      '\t\tiifname "jv1234" accept comment "jernverk_1234" # handle 7',
      '\t\tcounter packets 0 bytes 0 return # handle 5',
      '\t}',
      '}',
    ].join('\n');
    expect(handlesOf(listing, 'jernverk_f70b')).toEqual([9, 8]);
  });
});
