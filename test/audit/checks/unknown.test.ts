import { describe, expect, it } from 'vitest';
import { isEncrypted } from '../../../audit/checks/mounts.ts';
import { clean, contextWith, declared, type Edit, edited, environmentWith, judgements } from './host-answers.ts';

describe('what cannot be known', () => {
  it.each<[string, string, ...Edit[]]>([
    ['a name', 'destinations/resolvers', ['resolvers', '192.0.2.53', 'dns.example.com']],
    ['an address without a record', 'destinations/resolvers', ['resolvers', '192.0.2.53', '2001:db8:ffff::53']],
    ['the code EU, which is no country', 'destinations/resolvers', ['resolvers', '192.0.2.53', '203.0.113.150']],
    [
      'a file system on no known disk',
      'where/data-mounts',
      ['mounts', '"maj:min": "254:0"', '"maj:min": "0:99"'],
      ['mounts', '/dev/vda[/srv', 'tank[/srv'],
    ],
    ['a host without a backup program that we know', 'where/backups'],
    ['a log-in from a private address', 'access/logins', ['logins', '192.0.2.99', '10.88.192.1']],
    ['no log-in, not even our own', 'access/logins', ['logins', /^ {2}root publickey.*\n/m, '']],
    [
      'a journal that began an hour ago',
      'access/logins',
      ['journal-retention', '1794100000.000000', '1795438627.690331'],
    ],
    ['no SSH key', 'access/ssh-keys', ['ssh-keys', /^ {2}ssh-.*\n/gm, '']],
    ['a key that signs others', 'access/ssh-keys', ['ssh-keys', /^ {2}ssh-/m, '  cert-authority ssh-']],
    [
      'an SSH server older than its files',
      'access/ssh-server',
      ['sshd', /ActiveEnterTimestamp=@\d+/, 'ActiveEnterTimestamp=@1000000000'],
    ],
    ['rules of doas', 'access/root-rights', ['sudo', '  /usr/bin/sudo\n', '  /usr/bin/sudo\n  /usr/bin/doas\n']],
    [
      'rules of a sudo without cvtsudoers',
      'access/root-rights',
      ['sudo', /=== rules 0[\s\S]*?(?==== others)/, '=== rules 44\n'],
    ],
    [
      'the password of an account that the host does not keep',
      'access/passwords',
      ['accounts', '=== accounts 0', '=== accounts 0\n  kari:x:5000:5000::/home/kari:/bin/bash'],
    ],
    [
      'a service that nobody knows',
      'destinations/monitoring-agents',
      ['unit-files', '=== services 0', '=== services 0\n  acme-collector.service enabled enabled'],
    ],
    [
      'a service that nobody knows',
      'access/remote-agents',
      ['unit-files', '=== services 0', '=== services 0\n  acme-collector.service enabled enabled'],
    ],
    ['a resolver on the host itself', 'destinations/resolvers', ['resolvers', '192.0.2.53', '127.0.0.1']],
    ['a resolver with a private address', 'destinations/resolvers', ['resolvers', '192.0.2.53', '10.0.0.53']],
    [
      'a program that sends mail',
      'destinations/mail-relays',
      ['mail', '=== sendmail 44', '=== sendmail 0\n  /usr/sbin/dma'],
    ],
    [
      'an output of rsyslog whose target is not read',
      'destinations/log-forwarding',
      [
        'log-forwarding',
        '=== /etc/rsyslog.d/*.conf 44',
        '=== /etc/rsyslog.d/out.conf 0\n  action(type="omkafka" broker=["203.0.113.14:9092"])',
      ],
    ],
    ['a log driver of Docker that sends', 'destinations/log-forwarding', ['container-logs', '  local', '  splunk']],
    ['a Docker without images', 'destinations/container-registries', ['docker', /^ {2}jernverk\/\S+:\S+\n/gm, '']],
    ['a journal that is empty', 'access/logins', ['logins', /since[\s\S]*?===/, 'since 0 lines 0\n===']],
    [
      'a backup program without a destination',
      'where/backups',
      ['backups', '=== words 0', '=== words 0\n  /etc/cron.d/copy:restic'],
    ],
  ])('%s is not evaluated', (_, id, ...edits) => {
    const found = judgements(contextWith(edited(clean(), ...edits)));
    expect(found.get(id)?.status).toBe('not evaluated');
  });
});

describe('what is known and was not evaluated before', () => {
  it('a private address that the environment declares as its own', () => {
    const own = edited(clean(), ['resolvers', '192.0.2.53', '10.0.0.53']);
    const services = [{ name: 'Our DNS', to: ['10.0.0.53'], kind: 'operations' }];
    const found = judgements(contextWith(own, environmentWith(declared, { lab: {} }, { egress: { services } })));
    expect(found.get('destinations/resolvers')?.status).toBe('pass');
  });

  it('a mirror of which one half is not encrypted', () => {
    const half = (type: string) => [
      { name: 'md0', kname: 'md0', pkname: 'dm-0', type: 'raid1', 'maj:min': '9:0' },
      { name: 'md0', kname: 'md0', pkname: type === 'crypt' ? 'dm-1' : 'sdb', type: 'raid1', 'maj:min': '9:0' },
      { name: 'a', kname: 'dm-0', pkname: 'sda', type: 'crypt', 'maj:min': '254:0' },
      { name: 'b', kname: 'dm-1', pkname: 'sdb', type: 'crypt', 'maj:min': '254:1' },
      { name: 'sda', kname: 'sda', type: 'disk', 'maj:min': '8:0' },
      { name: 'sdb', kname: 'sdb', type: 'disk', 'maj:min': '8:16' },
    ];
    expect(isEncrypted('9:0', half('crypt'))).toBe(true);
    expect(isEncrypted('9:0', half('plain'))).toBe(false);
  });

  it('a journal older than its limit, whatever its settings say', () => {
    const kept = edited(clean(), ['journal-retention', '#MaxRetentionSec=0', 'MaxRetentionSec=2day']);
    const found = judgements(contextWith(kept, environmentWith({ ...declared, retention: { logs: '7 days' } })));
    expect(found.get('controls/retention-logs')?.status).toBe('fail');
  });
});

describe('a search that root did not make is an error, since it finds nothing, too', () => {
  it.each<[string, ...Edit[]]>([
    ['access/scheduled-jobs', ['unattended', /^ {2}\/etc\/hostname:.*\n/m, '']],
    ['access/ssh-keys', ['ssh-keys', '=== looked 0', '=== looked 1']],
    ['where/backups', ['backups', /^ {2}\/etc\/passwd:.*\n/m, '']],
  ])('%s', (id, ...edits) => {
    expect(judgements(contextWith(edited(clean(), ...edits))).get(id)?.status).toBe('error');
  });
});

describe('what an observation proves', () => {
  const firewallProves = (...edits: readonly Edit[]) =>
    judgements(contextWith(edited(clean(), ...edits))).get('controls/firewall-inbound')?.proves;

  it('after a deploy that no boot has followed: running and persistent, not more', () => {
    expect(judgements(contextWith(clean())).get('controls/firewall-inbound')?.proves).toEqual([
      'running',
      'persistent',
    ]);
  });

  it('a boot after the last change shows that it came back', () => {
    expect(firewallProves(['boot', 'UserspaceTimestamp=@1795438627', 'UserspaceTimestamp=@1795439999'])).toEqual([
      'running',
      'persistent',
      'after reboot',
    ]);
  });
});
