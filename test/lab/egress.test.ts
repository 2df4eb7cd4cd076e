import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labCutPower, labStart } from '../../lab/power.ts';
import { raw, sh } from '../../lib/shell.ts';
import type { Topic } from '../../provision/engine/topic.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { destinationsFile, seenProgram, seenTable } from '../../provision/topics/egress/names.ts';
import { egress } from '../../provision/topics/egress/topic.ts';
import { firewall } from '../../provision/topics/firewall/topic.ts';
import { changedKeys, environmentWith, type TopicOnHost, topicOnHost } from '../support/apply-topic.ts';
import { projectRoot } from '../support/command-line.ts';
import {
  abroad,
  arrivals,
  auditedDestinations,
  both,
  cutsUsOff,
  everyone,
  installed,
  networks,
  norway,
  type Place,
  partner,
  partnerPort,
  policy,
  port,
  services,
  text,
  wire,
  worldAround,
} from '../support/egress-host.ts';
import { eventually } from '../support/eventually.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import type { OutsideWorld } from '../support/outside-world.ts';

/** A host and its containers between "Norway" and "abroad": documentation networks on a cable without a way out. */

describe.each([13, 12] as const)('Debian %i', (debian) => {
  const name = `egress${debian}`;
  let connection: Connection;
  let host: Host;
  let world: OutsideWorld;

  beforeAll(async () => {
    connection = await bareLabHost(name, debian);
    host = await connect(connection);
    world = await worldAround(connection.address);
    await host.run(raw(`${installed(debian)}\n${wire}`), { timeoutMs: 5 * 60_000 });
  }, 10 * 60_000);

  afterAll(async () => {
    world?.close();
    await host?.close();
    await removeLabHost(name);
  });

  const on = (mode: string, rest: object = {}, topic: Topic = egress): Promise<TopicOnHost> =>
    topicOnHost(topic, connection, environmentWith({ debian }, policy(mode, rest)), {
      networks,
      openBlob: () => Readable.from([text]),
    });

  const arrive = (places: readonly Place[]): Promise<string[]> => arrivals(host, world, places);
  const table = (which: string): Promise<string> => host.capture(sh`nft list table inet ${which}`);
  const outsideCounter = async (): Promise<number> =>
    Number(/packets (\d+)/.exec(await host.capture(raw('nft list counter inet jernverk_egress outside')))?.[1]);
  /**
   * All that was counted until now. The program itself: `systemctl start` of its unit joins a run of the timer that is
   * under way, and that one may have asked the kernel before.
   */
  const sampled = (): Promise<string> => host.capture(sh`${seenProgram} sample; cat ${destinationsFile}`);

  describe('observe', () => {
    it('counts where the host and its containers go, on both families, and stops nothing', async () => {
      const topic = await on('observe');
      await topic.converge();
      expect(await changedKeys(topic)).toEqual([]);
      expect(await arrive([...both(norway), ...both(abroad)])).toEqual(
        everyone(norway[4], norway[6], abroad[4], abroad[6]),
      );
      const file = await sampled();
      for (const to of [norway[4], norway[6], abroad[4], abroad[6]]) {
        expect(file).toMatch(new RegExp(`^out\thost\tuser:root\t${to}\ttcp\t4000\t\\d+\t\\d+\t`, 'm'));
        expect(file).toMatch(new RegExp(`^in\tcontainer\tdocker:phone\t${to}\ttcp\t4000\t\\d+\t2\\d\\d\\d\t`, 'm'));
      }
      expect(await host.capture(raw('nft list tables'))).not.toContain('jernverk_egress');
    });
  });

  it('what goes out while its rules are loaded again is counted, too', async () => {
    const talk = `echo loading | busybox nc -w 2 ${abroad[4]} ${port} > /dev/null`;
    const loading = sh`sed ${`s,^ *nft -f "$2"$,&; ${talk},`} ${seenProgram} > /tmp/seen
chmod 0755 /tmp/seen
grep -c 'echo loading' /tmp/seen
/tmp/seen load ${seenTable.rulesFile}`;
    const packets = async (): Promise<number> =>
      Number(new RegExp(`^out\thost\tuser:root\t${abroad[4]}\ttcp\t4000\t(\\d+)`, 'm').exec(await sampled())?.[1]);
    const before = await packets();
    expect(await host.capture(loading)).toBe('1\n');
    expect(await packets()).toBeGreaterThan(before);
  });

  describe('report', () => {
    it('stops nothing, and counts and lists what a policy would stop', async () => {
      const topic = await on('report');
      await topic.converge();
      expect(await changedKeys(topic)).toEqual([]);
      expect(await arrive([...both(norway), ...both(abroad)])).toEqual(
        everyone(norway[4], norway[6], abroad[4], abroad[6]),
      );
      expect(await outsideCounter()).toBeGreaterThanOrEqual(4);
      const rules = await table('jernverk_egress');
      expect(rules).toContain(`${abroad[4]} . tcp . ${port}`);
      expect(rules).not.toContain(`${norway[4]} . tcp`);
      expect(rules).toMatch(/limit rate 10\/minute burst 20 packets log prefix "jernverk-egress would drop: "/);
    });
  });

  describe('enforce', () => {
    let topic: TopicOnHost;
    beforeAll(async () => {
      topic = await on('enforce');
    });

    it('is refused, before anything is changed, where it cuts off what the host needs', async () => {
      const before = await table('jernverk_egress');
      const without = await on('enforce', { services: services.slice(0, 1) });
      await expect(without.converge()).rejects.toThrow(
        /nothing was changed: .*mirror 203.0.113.90 \(tcp 80\): 203.0.113.90. Add to egress.services.*to: \["203.0.113.90"\], ports: \[80\], kind: supply chain/,
      );
      expect((await table('jernverk_egress')).replaceAll(/packets.*|expires.*/g, '')).toBe(
        before.replaceAll(/packets.*|expires.*/g, ''),
      );
    });

    it('lets Norway and the named service pass and drops the rest, for host and container, on both families', async () => {
      await topic.converge();
      expect(await changedKeys(topic)).toEqual([]);
      const before = await outsideCounter();
      expect(
        await arrive([
          ...both(norway),
          ...both(abroad),
          ...both(partner),
          ...both(partner).map(({ to }) => ({ to, port: partnerPort })),
        ]),
      ).toEqual(everyone(norway[4], norway[6], partner[4], partner[6]));
      expect(await outsideCounter()).toBeGreaterThanOrEqual(before + 8);
    });

    it('ends a connection abroad that was there before', async () => {
      const say = (word: string) => host.run(sh`echo ${word} > /tmp/line`);
      const observing = await on('report');
      await observing.converge();
      await host.run(
        raw(`mkfifo /tmp/line; systemd-run --quiet sh -c 'exec 3<>/tmp/line; busybox nc ${abroad[4]} ${port} <&3'`),
      );
      await say('early');
      await eventually(() => world.heard.has(`${abroad[4]} ${port} early`));
      await topic.converge();
      await say('late');
      expect(await arrive(both(norway))).toEqual(everyone(norway[4], norway[6]));
      expect([...world.heard]).not.toContain(`${abroad[4]} ${port} late`);
    });

    it('drops are in the list of destinations, apart from what was let out', async () => {
      const file = await sampled();
      expect(file).toMatch(new RegExp(`^outside\tcontainer\tdocker:phone\t${partner[6]}\ttcp\t4000\t`, 'm'));
      expect(file).not.toMatch(new RegExp(`^out\t\\S+\t\\S+\t${partner[6]}\ttcp\t4000\t`, 'm'));
    });

    const stillEnforced = async (): Promise<void> => {
      expect(await changedKeys(topic)).toEqual([]);
      expect(await arrive([...both(norway), ...both(abroad)])).toEqual(everyone(norway[4], norway[6]));
    };

    it('stays through a restart of Docker', async () => {
      await host.run(raw('systemctl restart docker'));
      await stillEnforced();
    });

    it('stays through a load and a reload of the firewall', async () => {
      const inbound = await topicOnHost(firewall, connection, environmentWith());
      await inbound.converge();
      await host.run(raw('systemctl reload jernverk-firewall'));
      await stillEnforced();
      await inbound.converge(new Map());
      await stillEnforced();
    });

    it('is loaded again where Debian’s own unit flushes all tables', async () => {
      // Docker's tables are flushed with the others, and only its restart brings them back.
      const docker = 'systemctl reset-failed docker; systemctl restart docker';
      const timer = 'systemctl start jernverk-seen-sample.service';
      for (const flush of ['systemctl stop nftables; systemctl start nftables', 'nft flush ruleset']) {
        await host.run(raw(`${flush}; ${timer}; ${docker}`));
        await stillEnforced();
      }
      for (const flush of ['systemctl restart nftables', 'systemctl reload nftables']) {
        // systemd has our units follow, without waiting for them.
        await host.run(raw(`${flush}; ${docker}`));
        await eventually(async () => (await changedKeys(topic)).length === 0);
        await stillEnforced();
      }
    });

    it.each([
      ['the table deleted', 'nft delete table inet jernverk_egress'],
      ['a rule added', 'nft insert rule inet jernverk_egress rings accept'],
    ])('%s by hand is seen and repaired', async (_, command) => {
      await host.run(raw(command));
      expect(await changedKeys(topic)).toContain('ruleset/inet jernverk_egress');
      await topic.converge();
      await stillEnforced();
    });

    it('nobody can add a network to a ring by hand', async () => {
      await expect(
        host.run(raw(`nft add element inet jernverk_egress networks4 '{ 203.0.113.0/24 }'`)),
      ).rejects.toThrow('busy');
    });

    it('a policy that cuts us off is taken back by the host, and never reaches the disk', async () => {
      const before = await host.capture(raw('cat /etc/jernverk/egress.nft; nft -s -t list table inet jernverk_egress'));
      await expect((await on('enforce', {}, cutsUsOff)).converge()).rejects.toThrow('a new connection did not get in');
      await eventually(
        async () =>
          before ===
          (await host.capture(raw('cat /etc/jernverk/egress.nft; nft -s -t list table inet jernverk_egress'))),
      );
      await stillEnforced();
    });

    it('the audit sees the policy, what it stopped, and every destination abroad by its name', async () => {
      const verdicts = await audited();
      expect([...verdicts].map(([id, { status }]) => [id, status])).toEqual([
        ['destinations/counted', 'pass'],
        ['destinations/outside-region', 'fail'],
        ['egress/enforced', 'pass'],
        ['egress/stopped', 'pass'],
      ]);
      expect(verdicts.get('egress/enforced')?.proves).toEqual(['running', 'persistent']);
      const { observed = '' } = verdicts.get('destinations/outside-region') ?? {};
      for (const to of [abroad[4], abroad[6]]) {
        expect(observed).toContain(`docker:phone → ${to} ${port}/tcp (US)`);
        expect(observed).toContain(`user:root → ${to} ${port}/tcp (US)`);
      }
      expect(observed).not.toContain(norway[4]);
    });

    const audited = () => auditedDestinations(host, environmentWith({ debian }, policy('enforce')));

    it('a container without a network, as workers have none, works as before', async () => {
      expect(await host.capture(raw('docker run --rm --network none probe /bin/busybox echo works'))).toBe('works\n');
    });

    it('comes back after a power cut, before the network is up, and what was counted is still there', async () => {
      const before = await sampled();
      await host.close();
      await labCutPower(projectRoot, name);
      await labStart(projectRoot, name);
      host = await connect(connection);
      const since = async (unit: string): Promise<number> =>
        Number(await host.capture(sh`systemctl show --property=ActiveEnterTimestampMonotonic --value ${unit}`));
      await eventually(async () => (await since('network.target')) > 0);
      expect(await since('jernverk-egress.service')).toBeGreaterThan(0);
      expect(await since('jernverk-egress.service')).toBeLessThan(await since('network.target'));
      await host.run(raw(wire));
      topic = await on('enforce');
      await stillEnforced();
      const after = await sampled();
      expect(packetsTo(norway[6], after)).toBeGreaterThan(packetsTo(norway[6], before));
      expect(packetsTo(abroad[6], after)).toBe(packetsTo(abroad[6], before));
      expect((await audited()).get('egress/enforced')?.proves).toEqual(['running', 'persistent', 'after reboot']);
    });

    /** Packets of the container to an address, added up since the counting began. */
    const packetsTo = (to: string, file: string): number =>
      Number(new RegExp(`^out\tcontainer\tdocker:phone\t${to}\ttcp\t4000\t(\\d+)`, 'm').exec(file)?.[1]);
  });

  describe('back again', () => {
    it('observe takes the policy away and keeps what was counted', async () => {
      const topic = await on('observe');
      await topic.converge();
      expect(await arrive(both(abroad))).toEqual(everyone(abroad[4], abroad[6]));
      expect(await host.capture(raw('cat /var/lib/jernverk/egress/destinations.tsv'))).toContain(
        `${abroad[6]}\ttcp\t4000`,
      );
    });

    it('off leaves no table, no unit and no file, only what was counted', async () => {
      await (await on('off')).converge();
      expect(await host.capture(raw('nft list tables'))).not.toContain('jernverk');
      expect(
        await host.capture(raw('find /etc /usr/local /run/jernverk /var/lib/jernverk -path "*jernverk*" -type f')),
      ).toBe('/var/lib/jernverk/egress/destinations.tsv\n');
    });
  });
});
