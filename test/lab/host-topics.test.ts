import { connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw } from '../../lib/shell.ts';
import type { Topic } from '../../provision/engine/topic.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { firewall } from '../../provision/topics/firewall/topic.ts';
import { kernel } from '../../provision/topics/kernel/topic.ts';
import { changedKeys, environmentWith, type TopicOnHost, topicOnHost } from '../support/apply-topic.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import { packagesOnHost } from '../support/packages-on-host.ts';

/** The topics that make a bare Debian host fit, each from bare to destroyed, on real hosts of both releases. */

describe.each([13, 12] as const)('Debian %i', (debian) => {
  const name = `topics${debian}`;
  let connection: Connection;
  let host: Host;

  const on = (topic: Topic, hostConfig: object = {}, rest: object = {}): Promise<TopicOnHost> =>
    topicOnHost(topic, connection, environmentWith({ debian, ...hostConfig }, rest));

  beforeAll(async () => {
    connection = await bareLabHost(name, debian);
    host = await connect(connection);
  });

  afterAll(async () => {
    await host?.close();
    await removeLabHost(name);
  });

  packagesOnHost(debian, () => host, on);

  describe('kernel', () => {
    let topic: TopicOnHost;
    beforeAll(async () => {
      topic = await on(kernel);
    });

    it('sets what a container has, and says what it has not', async () => {
      await topic.converge();
      const { changes, notApplicable } = await topic.diff();
      expect(changes).toEqual([]);
      expect(notApplicable.map(({ key }) => key)).toContain('sysctl/vm.swappiness');
    });

    it('a live value and a file that somebody changed are seen and repaired', async () => {
      await host.run(raw('echo 99 > /proc/sys/net/ipv4/tcp_keepalive_time; echo >> /etc/sysctl.d/90-jernverk.conf'));
      expect(await changedKeys(topic)).toEqual([
        'file//etc/sysctl.d/90-jernverk.conf',
        'sysctl/net.ipv4.tcp_keepalive_time',
      ]);
      await topic.converge();
    });

    it('a file of somebody else that would win at the next boot is named and left alone', async () => {
      await host.run(raw('echo net.core.somaxconn = 128 > /etc/sysctl.d/99-other.conf'));
      await expect(topic.converge()).rejects.toThrow('/etc/sysctl.d/99-other.conf sets net.core.somaxconn = 128');
      await host.run(raw('rm /etc/sysctl.d/99-other.conf'));
      expect(await changedKeys(topic)).toEqual([]);
    });

    it('destroy leaves no file', async () => {
      await topic.converge(new Map());
      expect((await host.capture(raw('find /etc -name "*jernverk*.conf" -o -name "*jernverk*.rules"'))).trim()).toBe(
        '',
      );
    });
  });

  describe('firewall', () => {
    const sources = ['192.0.2.0/24', '2001:db8::/32'];
    const open = {
      firewall: {
        open: [
          { port: 2022, roles: ['worker'] },
          { port: 2023, from: sources, hosts: ['forge'] },
        ],
      },
    };
    let topic: TopicOnHost;
    beforeAll(async () => {
      topic = await on(firewall, {}, open);
    });

    const otherTables = (): Promise<string> =>
      host.capture(raw(`nft -s list ruleset | awk '/^table/ { ours = /inet jernverk/ } !ours'`));

    it('lets in what the environment opens, keeps the rest out, and leaves the tables of Docker alone', async () => {
      await host.run(raw('systemctl start docker'));
      const before = await otherTables();
      await host.run(raw('systemd-run --quiet --unit=probe /usr/sbin/sshd -D -p 2022 -p 2023 -p 2024'));
      await eventually(() => answers(2024));
      await topic.converge();
      expect(await changedKeys(topic)).toEqual([]);
      expect([await answers(22), await answers(2022), await answers(2023), await answers(2024)]).toEqual([
        true,
        true,
        false,
        false,
      ]);
      expect(before).toContain('DOCKER');
      expect(await otherTables()).toBe(before);
      await host.run(raw('systemctl stop probe docker.service docker.socket'));
    });

    /** Whether a connection from outside gets in. A packet that is dropped has no answer, so there must be a limit. */
    const answers = (port: number): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = dial({ host: connection.address, port, timeout: 1_000 });
        const end = (answered: boolean) => () => {
          socket.destroy();
          resolve(answered);
        };
        socket.on('connect', end(true)).on('timeout', end(false)).on('error', end(false));
      });

    const rule = (text: string): string =>
      `$(nft -a list table inet jernverk | sed -n 's/.*${text}.*# handle //p' | head -n 1)`;
    it.each([
      ['a rule added', 'nft add rule inet jernverk input tcp dport 4444 accept', '+ tcp dport 4444 accept'],
      ['a rule removed', `nft delete rule inet jernverk input handle ${rule('dport 68')}`, '- udp sport 67'],
      [
        'a rule changed',
        `nft replace rule inet jernverk input handle ${rule('dport 22 ')} tcp dport 22-99 accept`,
        '- tcp dport 22 accept; + tcp dport 22-99 accept',
      ],
      ['the policy changed', "nft chain inet jernverk input '{ policy accept; }'", 'policy accept'],
      ['the table deleted', 'nft delete table inet jernverk', null],
    ])('%s by hand is seen and repaired', async (_, command, reading) => {
      await host.run(raw(`systemctl stop jernverk-firewall-heal.timer; ${command}`));
      const changes = (await topic.diff()).changes.filter(({ key }) => key !== 'service/jernverk-firewall-heal.timer');
      expect(changes.map(({ key }) => key)).toEqual(['ruleset/inet jernverk']);
      expect(changes[0]?.from).toEqual(reading === null ? null : expect.stringContaining(reading));
      await topic.converge();
    });

    it.each([
      'systemctl restart nftables',
      'systemctl reload nftables',
      'systemctl stop nftables; systemctl start nftables; systemctl start jernverk-firewall-heal',
      'nft flush ruleset; systemctl start jernverk-firewall-heal',
    ])('is back without an apply after: %s', async (flush) => {
      await host.run(raw(flush));
      await eventually(async () => (await changedKeys(topic)).length === 0);
      expect(await answers(2024)).toBe(false);
    });

    it('counted packets are no drift', async () => {
      await answers(2024);
      expect(await host.capture(raw('nft list table inet jernverk'))).toMatch(/counter packets [1-9]/);
      expect(await changedKeys(topic)).toEqual([]);
    });

    it('rules that lock us out are taken back by the host, and never reach the disk', async () => {
      const before = await host.capture(raw('cat /etc/jernverk/firewall.nft; nft -s list table inet jernverk'));
      const quick: Topic = {
        ...firewall,
        steps: (changes, wanted) =>
          firewall
            .steps(changes, wanted)
            .map((step) => (step.kind === 'guarded' ? { ...step, confirmWithinSeconds: 5 } : step)),
      };
      const closed = await on(quick, { ssh: { address: connection.address, port: 2222 } });
      await expect(closed.converge()).rejects.toThrow('a new connection did not get in');
      await eventually(
        async () =>
          before === (await host.capture(raw('cat /etc/jernverk/firewall.nft; nft -s list table inet jernverk'))),
      );
      expect(await answers(22)).toBe(true);
      expect(await changedKeys(topic)).toEqual([]);
    });

    it('destroy leaves no table, no unit and no file', async () => {
      await topic.converge(new Map());
      expect(await host.capture(raw('nft list tables'))).not.toContain('jernverk');
      expect(
        await host.test(raw('test -e /etc/jernverk/firewall.nft || systemctl cat --quiet jernverk-firewall')),
      ).toBe(false);
    });
  });
});
