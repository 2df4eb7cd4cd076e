import { describe, expect, it } from 'vitest';
import { isEncrypted } from '../../../audit/checks/mounts.ts';
import {
  answersOf,
  clean,
  contextWith,
  declared,
  type Edit,
  edited,
  environmentWith,
  idsWith,
  judgements,
} from './host-answers.ts';

const end = '=== end 0';

describe('a host as it was captured', () => {
  it('fails only for what a plain Debian lets in: passwords, and keys without a name', () => {
    const found = judgements(contextWith(answersOf('debian-13')));
    expect(idsWith(found, 'fail', 'error')).toEqual(['access/ssh-keys', 'access/ssh-server']);
  });

  it('fails nowhere once these are mended, and says what it cannot judge', () => {
    const found = judgements(contextWith(clean()));
    expect(idsWith(found, 'fail', 'error')).toEqual([]);
    expect(idsWith(found, 'not evaluated')).toEqual([
      'where/disk-encryption',
      'where/backups',
      'destinations/apt-sources',
      'controls/security-updates',
      'controls/retention-jobs',
      'controls/retention-logs',
      'controls/retention-files',
    ]);
    expect(idsWith(found, 'not applicable')).toEqual([
      'where/swap-local',
      'destinations/time-servers',
      'controls/time-synchronised',
      'access/database-roles',
    ]);
  });

  it('the same answers give the same verdicts', () => {
    expect([...judgements(contextWith(clean()))]).toEqual([...judgements(contextWith(clean()))]);
  });
});

const nfs = `},{
           "target": "/srv/jobs",
           "source": "203.0.113.20:/jobs",
           "fstype": "nfs4",
           "maj:min": "0:55"
        }
     ]
  }
=== fuse`;

describe('exactly the finding that belongs to it', () => {
  it.each<[string, string, ...Edit[]]>([
    ['a foreign resolver', 'destinations/resolvers', ['resolvers', '192.0.2.53', '203.0.113.53']],
    ['a resolver in Sweden', 'destinations/resolvers', ['resolvers', '192.0.2.53', '198.51.100.53']],
    [
      'a foreign resolver behind the stub of systemd-resolved',
      'destinations/resolvers',
      ['resolvers', 'nameserver 192.0.2.53', 'nameserver 127.0.0.53'],
      [
        'resolvers',
        '/run/systemd/resolve/resolv.conf 44',
        '/run/systemd/resolve/resolv.conf 0\n  nameserver 203.0.113.53',
      ],
    ],
    ['an NFS mount', 'where/data-mounts', ['mounts', /\}\n {5}\]\n {2}\}\n=== fuse/, nfs]],
    ['a disk by iSCSI', 'where/data-mounts', ['mounts', '"tran": "virtio"', '"tran": "iscsi"']],
    [
      'an sshfs mount',
      'where/data-mounts',
      [
        'mounts',
        '=== fuse 1',
        '=== fuse 0\n  {"filesystems":[{"target":"/mnt/x","source":"ola@203.0.113.8:/","fstype":"fuse.sshfs","maj:min":"0:60"}]}',
      ],
    ],
    [
      'a backup to abroad',
      'where/backups',
      [
        'backups',
        '=== words 0',
        '=== words 0\n  /etc/cron.d/copy:restic\n  /etc/cron.d/copy:sftp:copy@203.0.113.7:/backup',
      ],
    ],
    [
      'a backup to abroad, by a name of /etc/hosts',
      'where/backups',
      ['backups', '=== words 0', '=== words 0\n  /etc/cron.d/copy:rsync\n  /etc/cron.d/copy:copy@vault:/backup'],
      ['hosts-file', end, `  203.0.113.7 vault.example.com vault\n${end}`],
    ],
    ['a log-in from abroad', 'access/logins', ['logins', '192.0.2.99', '203.0.113.99']],
    ['a log-in from abroad by IPv6', 'access/logins', ['logins', '192.0.2.99', '2001:db8:1::7']],
    [
      'a log-in from abroad that only the log-in records have',
      'access/logins',
      [
        'logins',
        '=== last 44',
        '=== last 0\n  ola      pts/1        203.0.113.4      Mon Nov 23 10:00:00 2026   still logged in',
      ],
    ],
    [
      'logs sent abroad',
      'destinations/log-forwarding',
      ['log-forwarding', '=== /etc/rsyslog.d/*.conf 44', '=== /etc/rsyslog.d/out.conf 0\n  *.* @@203.0.113.14:514'],
    ],
    [
      'a relay abroad',
      'destinations/mail-relays',
      ['mail', '=== /etc/postfix/main.cf 44', '=== /etc/postfix/main.cf 0\n  relayhost = [203.0.113.25]:587'],
    ],
    [
      'a Docker mirror abroad',
      'destinations/container-registries',
      ['docker', '"Mirrors":[]', '"Mirrors":["https://203.0.113.30/"]'],
    ],
    [
      'a container with a network',
      'destinations/container-networks',
      ['docker', 'image-resizer_01-60ea8b84 none', 'image-resizer_01-60ea8b84 bridge'],
    ],
    [
      'a monitoring agent',
      'destinations/monitoring-agents',
      ['unit-files', '=== services 0', '=== services 0\n  datadog-agent.service enabled enabled'],
    ],
    [
      'an agent of the provider',
      'access/remote-agents',
      ['unit-files', '=== services 0', '=== services 0\n  qemu-guest-agent.service static -'],
    ],
    ['somebody else with sudo', 'access/root-rights', ['sudo', '{ "username": "admin" }', '{ "username": "ola" }']],
    [
      'a second account with the number 0',
      'access/root-rights',
      ['sudo', '=== accounts 0', '=== accounts 0\n  toor:x:0:0::/root:/bin/sh'],
    ],
    ['a member of the group docker', 'access/root-rights', ['sudo', /^( {2}docker:x:\d+:)$/m, '$1ola']],
    ['an account with a password', 'access/passwords', ['accounts', 'admin L ', 'admin P ']],
    ['an account with an empty password', 'access/passwords', ['accounts', 'admin L ', 'admin NP ']],
    [
      'a crontab',
      'access/scheduled-jobs',
      ['unattended', '=== crontabs 0', '=== crontabs 0\n  /var/spool/cron/crontabs/root:* * * * * /opt/sync'],
    ],
    [
      'a cron file of no package',
      'access/scheduled-jobs',
      ['unattended', '=== cron 0', '=== cron 0\n  /etc/cron.d/sync'],
    ],
    [
      'a timer of somebody',
      'access/scheduled-jobs',
      [
        'unattended',
        '=== timers 0',
        '=== timers 0\n  Id=sync.timer\n  ActiveState=active\n  FragmentPath=/etc/systemd/system/sync.timer\n  ',
      ],
    ],
    [
      'a stranger in the broker',
      'access/broker-users',
      ['broker', '"name":"enqueue","tags":[]', '"name":"guest","tags":["administrator"]'],
    ],
    [
      'a worker that may see all',
      'access/broker-users',
      ['broker', '"name":"image-resizer.0a1b2c3d","tags":[]', '"name":"image-resizer","tags":["monitoring"]'],
    ],
    ['a token', 'access/tokens', ['credentials', '=== files 0', '=== files 0\n  /root/.aws/credentials']],
    [
      'a broker that listens outwards',
      'controls/broker-loopback',
      ['listening', '127.0.0.1:5672 ', '192.0.2.10:5672 '],
    ],
    [
      'no firewall',
      'controls/firewall-inbound',
      ['firewall', 'priority filter; policy drop', 'priority filter; policy accept'],
    ],
    [
      'a firewall that does not come back',
      'controls/firewall-inbound',
      ['firewall', 'UnitFileState=enabled', 'UnitFileState=disabled'],
    ],
    [
      'a firewall changed by hand',
      'controls/firewall-inbound',
      ['firewall', 'as loaded', 'changed since it was loaded'],
    ],
    [
      'a port that Docker publishes',
      'controls/firewall-inbound',
      ['firewall', '=== published 0', '=== published 0\n  web 0.0.0.0:8080->80/tcp'],
    ],
    ['a key that names nobody', 'access/ssh-keys', ['ssh-keys', ' kari@example.com', '']],
    [
      'keys from a program',
      'access/ssh-keys',
      ['ssh-keys', 'authorizedkeyscommand none', 'authorizedkeyscommand /opt/keys'],
    ],
    [
      'SSH that takes passwords',
      'access/ssh-server',
      ['sshd', 'passwordauthentication no', 'passwordauthentication yes'],
    ],
    [
      'SSH that takes passwords from some',
      'access/ssh-server',
      ['sshd', '=== match 0', '=== match 0\n  Match Address 203.0.113.0/24\n  PasswordAuthentication yes'],
    ],
  ])('%s', (_, id, ...edits) => {
    const found = judgements(contextWith(edited(clean(), ...edits)));
    expect([idsWith(found, 'fail'), idsWith(found, 'error')]).toEqual([[id], []]);
  });

  it('a shovel and a federation to abroad, as a real broker told of them', () => {
    const broker = answersOf('broker-links').get('broker');
    if (broker === undefined) throw new Error('the fixture is missing');
    const found = judgements(contextWith(new Map([...clean(), ['broker', broker]])));
    expect(idsWith(found, 'fail', 'error')).toEqual(['destinations/broker-links']);
    const words = found.get('destinations/broker-links')?.words.en ?? '';
    expect(words).toContain('US: 203.0.113.9, shovel away');
    expect(words).toContain('SE: 198.51.100.7, federation-upstream upstream');
    expect(words).toContain('shovel.example.com');
  });

  it('a superuser and an opening for everybody, in a database that is fine without', () => {
    const own = new Map([...clean(), ...answersOf('postgresql')]);
    expect(judgements(contextWith(own)).get('access/database-roles')?.status).toBe('pass');
    for (const [from, to] of [
      ['  postgres|t|t', '  ola|t|t\n  postgres|t|t'],
      ['127.0.0.1/32 ', '0.0.0.0/0 '],
    ] as const) {
      const found = judgements(contextWith(edited(own, ['postgresql', from, to])));
      expect(idsWith(found, 'fail', 'error')).toEqual(['access/database-roles']);
    }
  });

  it('a log-in that the records of wtmpdb have, as Debian 13 prints them', () => {
    const own = new Map([...clean(), ...answersOf('wtmpdb')]);
    expect(idsWith(judgements(contextWith(own)), 'fail', 'error')).toEqual([]);
    const foreign = edited(own, ['logins', 'pts/1        10.88.192.1 ', 'pts/1        203.0.113.4 ']);
    expect(idsWith(judgements(contextWith(foreign)), 'fail', 'error')).toEqual(['access/logins']);
  });

  it('a link of a broker that was not understood is an error', () => {
    const found = judgements(contextWith(edited(clean(), ['broker', 'objects 0', 'objects 1'])));
    expect([idsWith(found, 'fail'), idsWith(found, 'error')]).toEqual([[], ['destinations/broker-links']]);
  });
});

describe('what is declared', () => {
  const failuresWith = (audit: object): string[] =>
    idsWith(judgements(contextWith(clean(), environmentWith({ ...declared, ...audit }))), 'fail', 'error');
  const processor = declared.processors[0];

  it.each([
    [
      'an expired agreement',
      ['controls/processor-agreements'],
      { processors: [{ ...processor, agreement: { signed: '2024-01-01', expires: '2026-11-22' } }] },
    ],
    ['no agreement', ['controls/processor-agreements'], { processors: [{ ...processor, agreement: undefined }] }],
    [
      'an agreement of the future',
      ['controls/processor-agreements'],
      { processors: [{ ...processor, agreement: { signed: '2026-12-01' } }] },
    ],
    [
      'an owner in a third country',
      ['controls/processor-countries'],
      { processors: [{ ...processor, parentCountry: 'US' }] },
    ],
    ['an owner in Sweden', ['controls/processor-countries'], { processors: [{ ...processor, parentCountry: 'SE' }] }],
    ['no controller', ['controls/controller'], { controller: undefined }],
    ['no contact', ['controls/breach-contact'], { contact: undefined }],
    ['no purpose', ['controls/purpose'], { purpose: undefined }],
    ['no data categories', ['controls/data-described'], { dataCategories: [] }],
    ['no hosting provider', ['controls/hosting-provider'], { processors: [{ ...processor, role: 'mail' }] }],
    ['a limit for jobs that no queue keeps', ['controls/retention-jobs'], { retention: { jobs: '30 days' } }],
    [
      'a limit for logs that the journal does not have',
      ['controls/retention-logs'],
      { retention: { logs: '90 days' } },
    ],
    ['a limit for files, which nothing deletes', ['controls/retention-files'], { retention: { files: '30 days' } }],
  ])('%s', (_, ids, audit) => {
    expect(failuresWith(audit)).toEqual(ids);
  });

  it('an agreement holds through its last day', () => {
    const lastDay = { processors: [{ ...processor, agreement: { signed: '2024-01-01', expires: '2026-11-23' } }] };
    expect(failuresWith(lastDay)).toEqual([]);
  });

  it('an owner that is not declared is not evaluated', () => {
    const found = judgements(
      contextWith(clean(), environmentWith({ ...declared, processors: [{ ...processor, parentCountry: undefined }] })),
    );
    expect(found.get('controls/processor-countries')?.status).toBe('not evaluated');
  });

  it('limits that the host keeps pass', () => {
    const kept = edited(
      clean(),
      ['journal-retention', '#MaxRetentionSec=0', 'MaxRetentionSec=2week 3d'],
      ['broker', /"delivery-limit":(4|-1)/g, '"delivery-limit":$1,"message-ttl":86400000'],
      [
        'file-retention',
        '/var/lib/jernverk/files/results 0755 10001 10001 -',
        '/var/lib/jernverk/files/results 0755 10001 10001 7d',
      ],
    );
    const retention = { jobs: '1 day', logs: '30 days', files: '30 days' };
    const found = judgements(contextWith(kept, environmentWith({ ...declared, retention })));
    expect([...found].filter(([id]) => id.startsWith('controls/retention')).map(([, { status }]) => status)).toEqual([
      'pass',
      'pass',
      'pass',
    ]);
  });

  it('a Swedish resolver passes where the limit is the EEA, and where it is declared as a service', () => {
    const swedish = edited(clean(), ['resolvers', '192.0.2.53', '198.51.100.53']);
    const services = [{ name: 'DNS', to: ['198.51.100.0/24'], kind: 'operations' }];
    for (const audit of [{ region: 'eea' }, { egress: { services } }])
      expect(
        idsWith(judgements(contextWith(swedish, environmentWith({ ...declared, ...audit }))), 'fail', 'error'),
      ).toEqual([]);
  });

  it('declaring a service takes nothing outside the EEA out of the law', () => {
    const foreign = edited(clean(), ['resolvers', '192.0.2.53', '203.0.113.53']);
    const services = [{ name: 'DNS', to: ['203.0.113.53'], kind: 'operations' }];
    const found = judgements(contextWith(foreign, environmentWith({ ...declared, egress: { services } })));
    expect(idsWith(found, 'fail')).toEqual(['destinations/resolvers']);
  });
});

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
    const found = judgements(contextWith(own, environmentWith({ ...declared, egress: { services } })));
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
