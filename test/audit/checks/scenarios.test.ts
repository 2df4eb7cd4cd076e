import { describe, expect, it } from 'vitest';
import { answersOf, clean, contextWith, type Edit, edited, idsWith, judgements } from './host-answers.ts';

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

  it('the same answers give the same judgements', () => {
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

  it('the own node is no other node, although the host has another name than in the environment', () => {
    const found = judgements(contextWith(edited(clean(), ['hostname', '  auditchecks', '  web-17.example.com'])));
    expect(found.get('destinations/broker-links')).toMatchObject({
      status: 'pass',
      words: { en: 'The broker has no federation, no shovel and no other nodes.' },
    });
    const other = edited(clean(), ['broker', 'rabbit@auditchecks', 'rabbit@anvil']);
    expect(judgements(contextWith(other)).get('destinations/broker-links')?.status).not.toBe('pass');
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
