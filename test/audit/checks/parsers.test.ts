import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseKey } from '../../../audit/checks/access-keys.ts';
import { hostOf, isLocal, plainAddress } from '../../../audit/checks/endpoints.ts';
import { parseDisks, stackOf } from '../../../audit/checks/mounts.ts';
import { registryOf } from '../../../audit/checks/registries.ts';
import { journalLimit } from '../../../audit/checks/retention-limits.ts';
import { rootCommands } from '../../../audit/checks/root-commands.ts';
import { sshdSettings } from '../../../audit/checks/ssh-server.ts';
import { answersOf, clean, contextWith, edited, judgements } from './host-answers.ts';

describe('the host of a text', () => {
  it.each([
    ['https://mirror.example.com/debian', 'mirror.example.com'],
    ['amqps://203.0.113.9:5671/jobs', '203.0.113.9'],
    ['amqps://***@203.0.113.9:5671', '203.0.113.9'],
    ['https://user:p@ss@host.example/', 'host.example'],
    ['http://[2001:db8::1]:3142/', '2001:db8::1'],
    ['copy@vault.example.com:/backup', 'vault.example.com'],
    ['[smtp.example.com]:587', 'smtp.example.com'],
    ['smtp.example.com::587', 'smtp.example.com'],
    ['2001:db8::1', '2001:db8::1'],
    ['192.0.2.7', '192.0.2.7'],
    ['registry.example.com:5000', 'registry.example.com'],
  ])('%s', (text, host) => {
    expect(hostOf(text)).toBe(host);
  });

  it('an empty text has none', () => {
    expect(() => hostOf('')).toThrow('There is no host');
  });
});

describe('an address', () => {
  it.each([
    '127.0.0.53',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1',
  ])('%s is local', (address) => {
    expect(isLocal(address)).toBe(true);
  });
  it.each(['172.32.0.1', '100.128.0.1', '192.0.2.1', '2001:db8::1', 'localhost'])('%s is not', (address) => {
    expect(isLocal(address)).toBe(false);
  });
  it('is read without brackets, zone and the prefix of IPv4 in IPv6', () => {
    expect([plainAddress('[::ffff:192.0.2.1]'), plainAddress('fe80::1%eth0')]).toEqual(['192.0.2.1', 'fe80::1']);
  });
});

/** As lsblk lists a partition under LUKS under LVM, and a loop device on the first disk's file. */
const disk = (name: string, number: string, type: string, pkname: string | null, more: object = {}) => ({
  name,
  kname: name,
  pkname,
  type,
  fstype: null,
  tran: null,
  'maj:min': number,
  ...more,
});
const stack = [
  disk('sda', '8:0', 'disk', null),
  disk('sda2', '8:2', 'part', 'sda'),
  disk('data_crypt', '254:0', 'crypt', 'sda2', { kname: 'dm-0' }),
  disk('vg-data', '254:1', 'lvm', 'dm-0', { kname: 'dm-1' }),
];

describe('block devices', () => {
  const disks = parseDisks(JSON.stringify({ blockdevices: stack }));
  const names = (number: string, source?: string) => stackOf(number, disks, source).map(({ name }) => name);

  it('a stack is followed down to the disk', () => {
    expect(names('254:1')).toEqual(['vg-data', 'data_crypt', 'sda2', 'sda']);
  });
  it('btrfs is found by its source', () => {
    expect(names('0:42', '/dev/mapper/vg-data[/@]')).toEqual(['vg-data', 'data_crypt', 'sda2', 'sda']);
  });
  it('what is on none of them has no stack', () => {
    expect(names('0:42', 'tank/data')).toEqual([]);
  });

  it('LUKS below all data passes, and a network disk below it does not hide', () => {
    const below = (devices: readonly object[]) =>
      judgements(
        contextWith(
          edited(
            clean(),
            ['mounts', '"maj:min": "254:0"', '"maj:min": "254:1"'],
            [
              'mounts',
              /=== disks 0\n[\s\S]*?=== fabrics/,
              `=== disks 0\n  ${JSON.stringify({ blockdevices: devices })}\n=== fabrics`,
            ],
          ),
        ),
      );
    expect(below(stack).get('where/disk-encryption')?.status).toBe('pass');
    expect(below(stack).get('where/data-mounts')?.status).toBe('pass');
    const network = stack.map((one) => (one.name === 'sda' ? { ...one, tran: 'iscsi' } : one));
    expect(below(network).get('where/data-mounts')?.status).toBe('fail');
  });
});

describe('swap', () => {
  const withSwap = (place: string) =>
    judgements(
      contextWith(
        edited(
          clean(),
          ['swap', /=== container 0\n {2}systemd-nspawn/, '=== container 1\n  none'],
          ['swap', /(=== areas 0\n.*)\n/, '$1\n  /var/swap file 1048572 0 -2\n'],
          ['swap', '=== places 0', `=== places 0\n  /var/swap ${place}`],
        ),
      ),
    ).get('where/swap-local');

  it('on a disk of the host passes, and says that it is not encrypted', () => {
    expect(withSwap('254:0')?.status).toBe('pass');
    expect(withSwap('254:0')?.words.en).toContain('not encrypted');
  });
  it('on no known disk is not evaluated', () => {
    expect(withSwap('0:99')?.status).toBe('not evaluated');
  });
});

describe('a key of authorized_keys', () => {
  it('is told with its fingerprint as sshd logs it, its options and its owner', () => {
    const line =
      'from="192.0.2.0/24",no-pty ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMFoMg8MihF8iaaxxK8btEJ7KJGpuX+K9FNGh5RFs/bj kari@example.com';
    expect(parseKey('/root/.ssh/authorized_keys', line)).toEqual({
      path: '/root/.ssh/authorized_keys',
      type: 'ssh-ed25519',
      fingerprint: 'SHA256:gf/1X9GvBK385Modl9GgHbl0uboS538hQTMYpDq5btE',
      comment: 'kari@example.com',
      options: 'from="192.0.2.0/24",no-pty',
      bits: null,
    });
  });

  it.each([1024, 2048, 3072])('RSA of %i bits', (bits) => {
    const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
    const field = (bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from(Uint32Array.of(bytes.length).buffer).reverse(), bytes]);
    const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]);
    const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), field(Buffer.from(e, 'base64url')), field(modulus)]);
    expect(parseKey('x', `ssh-rsa ${blob.toString('base64')} a`)?.bits).toBe(bits);
  });

  it('what is none is none', () => {
    expect(parseKey('x', 'ssh-ed25519 no-key')).toBeNull();
  });
});

describe('small parsers', () => {
  it.each([
    ['alpine:3', 'docker.io'],
    ['library/alpine', 'docker.io'],
    ['registry.example.com/app:1', 'registry.example.com'],
    ['localhost/app', 'localhost'],
  ])('the registry of %s is %s', (image, registry) => {
    expect(registryOf(image)).toBe(registry);
  });

  it.each([
    ['MaxRetentionSec=30day', 2_592_000],
    ['MaxRetentionSec=2week 3d', 1_468_800],
    ['MaxRetentionSec=90', 90],
    ['MaxRetentionSec=0', null],
    ['#MaxRetentionSec=30day', null],
    ['MaxRetentionSec=1day\nMaxRetentionSec=2day', 172_800],
  ])('%s is %s seconds', (text, seconds) => {
    expect(journalLimit(text)).toBe(seconds);
  });
  it('a unit that is not known is an error', () => {
    expect(() => journalLimit('MaxRetentionSec=3moons')).toThrow('moons');
  });

  it('settings of sshd are read with their whole value', () => {
    const effective = answersOf('debian-13').get('sshd')?.stdout ?? '';
    expect(sshdSettings(effective).get('authorizedkeysfile')).toBe('.ssh/authorized_keys .ssh/authorized_keys2');
  });
});

describe('commands that run as root', () => {
  it('only read: no program that could write, none that runs another', () => {
    const writing = /^(?:sh$|dash|bash|tee|cp|mv|rm|chmod|chown|systemctl|apt|dpkg|python|perl|awk|xargs|rabbitmqctl)/;
    for (const { argv } of Object.values(rootCommands)) {
      expect(argv[0]).not.toMatch(writing);
      expect(argv.join(' ')).not.toMatch(
        /-delete|-exec|-fprint|--vacuum|--rotate|--request| -X |--data|--output=\/|w \//,
      );
    }
  });

  it('are of programs that start no other one: sudo compares arguments as one line, so a path in them could be cut elsewhere', () => {
    const programs = new Set(Object.values(rootCommands).map(({ argv: [program] }) => program));
    const known = 'cat curl cvtsudoers docker find grep journalctl nft passwd psql sed sha256sum ss sshd stat';
    expect([...programs].sort().join(' ')).toBe(known);
  });
});
