import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Command, raw } from '../../lib/shell.ts';
import { connect } from '../../provision/ssh/connect.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { measureTargets } from '../benchmarks/network/context.ts';
import { expectFaultsToBeSeen } from '../benchmarks/network/faulty-path.ts';
import { dns, ntp, type Server, tcpServer, udpServer } from '../benchmarks/network/servers.ts';
import { bareLabHost, removeLabHost } from '../support/lab-host.ts';
import { kernelHasNetem } from '../support/netem.ts';
import { chain, startChain } from '../support/network-chain.ts';

/**
 * The network suite on a real host. Its targets are servers on this machine, at the lab's bridge, and an sshd behind two
 * routers in namespaces on the host. What the host sends elsewhere is counted.
 */

const name = 'bench-network';
let host: Host;
let bridge: string;
const servers: Server[] = [];

async function serve(server: Promise<Server>): Promise<number> {
  const one = await server;
  servers.push(one);
  return one.port;
}

/** What the host sends to anybody but the targets. This test's own connection is to the bridge, too. */
const countElsewhere = (): Command =>
  raw(`nft -f - <<'END'
table inet watch {
  counter elsewhere { }
  chain output {
    type filter hook output priority 0
    oifname "lo" accept
    meta l4proto icmpv6 accept
    ip daddr { ${bridge}, ${chain.far} } accept
    counter name elsewhere
  }
}
END`);

async function packetsElsewhere(): Promise<number> {
  const text = await host.capture(raw('nft list counter inet watch elsewhere'));
  return Number(/packets (\d+)/.exec(text)?.[1]);
}

beforeAll(async () => {
  const connection = await bareLabHost(name);
  bridge = connection.address.replace(/\.\d+$/, '.1');
  host = await connect(connection);
  await host.run(
    raw('{ apt-get update && apt-get install --yes --no-install-recommends mtr-tiny nftables; } >/dev/null 2>&1'),
  );
  await host.run(startChain);
  // Names are in the file of hosts or nowhere: the resolver's own packets are not ours to count.
  await host.run(
    raw(`sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf
echo '${chain.far} far.example.no' >> /etc/hosts`),
  );
});

afterAll(async () => {
  await host?.close();
  await removeLabHost(name);
  for (const server of servers) await server.close();
});

it('measures every protocol, tells why a target did not answer, labels the way, and sends to nobody else', async () => {
  const targets = [
    { name: 'tcp', protocol: 'tcp', host: bridge, port: await serve(tcpServer('0.0.0.0')) },
    {
      name: 'dns',
      protocol: 'dns',
      host: bridge,
      port: await serve(udpServer(dns('example.no'), '0.0.0.0')),
      zone: 'example.no',
    },
    { name: 'ntp', protocol: 'ntp', host: bridge, port: await serve(udpServer(ntp(), '0.0.0.0')) },
    { name: 'silent', protocol: 'ntp', host: bridge, port: await serve(udpServer(() => null, '0.0.0.0')) },
    { name: 'behind NIX1', protocol: 'tcp', host: 'far.example.no', port: 22 },
    { name: 'no such name', protocol: 'ntp', host: 'nobody.example.no' },
  ];
  await host.run(countElsewhere());
  const { data, kept, verdicts } = await measureTargets(host, targets);
  expect(await packetsElsewhere()).toBe(0);
  // The counter does count: a packet to somebody else.
  await host.run(raw(`bash -c 'echo > /dev/udp/192.0.2.99/9' || true`));
  expect(await packetsElsewhere()).toBeGreaterThan(0);

  const trip = (name: string) => data.roundTrips.find((one) => one.target === name);
  expect(trip('tcp')).toMatchObject({ answered: 8, loss: 0, clock: 'kernel', address: bridge, reason: null });
  expect(trip('dns')).toMatchObject({ answered: 8, loss: 0, clock: 'program' });
  expect(trip('ntp')).toMatchObject({ answered: 8, loss: 0 });
  expect(trip('behind NIX1')).toMatchObject({ answered: 8, loss: 0, address: chain.far });
  expect(trip('silent')).toMatchObject({ sent: 3, answered: 0, loss: 1, reason: 'no answer within 1 s' });
  expect(trip('no such name')).toMatchObject({ sent: 0, loss: 1, address: null });
  expect(trip('no such name')?.reason).toContain('no address for nobody.example.no');

  const hops = data.paths.find((path) => path.target === 'behind NIX1')?.hops;
  expect(hops?.map(({ address, exchange }) => [address, exchange])).toEqual([
    [chain.routers[0], null],
    [chain.routers[1], 'NIX1'],
    [chain.far, null],
  ]);
  expect(data.pathsReason).toBeNull();
  expect([...kept.keys()]).toEqual(['network/addresses.txt', 'network/round-trips.txt', 'network/paths.txt']);

  const [roundTrip, loss] = verdicts;
  expect(roundTrip).toMatchObject({ level: 'good', words: expect.stringContaining('under the line of 3 ms') });
  expect(roundTrip?.words).toContain('excludes all');
  expect(loss?.level).toBe('good');
});

it('answers of TCP that are lost on the way are counted, and the verdict is about them', async () => {
  // With an answer dropped, the kernel asks again after a second: an answered connection is not an answered packet.
  await host.run(
    raw(`nft -f - <<'END'
table inet lossy {
  chain input {
    type filter hook input priority 0
    iifname "chain0" tcp flags & (syn | ack) == (syn | ack) numgen inc mod 5 == 0 drop
  }
}
END`),
  );
  const { data, verdicts } = await measureTargets(host, [{ name: 'far', protocol: 'tcp', host: chain.far, port: 22 }]);
  await host.run(raw('nft delete table inet lossy'));
  const [trip] = data.roundTrips;
  expect(trip).toMatchObject({ sent: 8, reason: null });
  expect(trip?.loss).toBeGreaterThan(0.1);
  expect(trip?.loss).toBeLessThan(0.9);
  expect(trip?.min_ms).toBeLessThan(500);
  const [roundTrip, loss] = verdicts;
  expect(roundTrip?.level).toBe('good');
  expect(loss).toMatchObject({
    level: 'bad',
    words: expect.stringMatching(/^[\d.]+ % of the packets to far were lost/),
  });
});

it('without mtr the round trips are measured, and the reason for the missing ways says what to do', async () => {
  await host.run(raw('dpkg --remove mtr-tiny >/dev/null'));
  const { data } = await measureTargets(host, [{ name: 'far', protocol: 'tcp', host: chain.far, port: 22 }]);
  expect(data.roundTrips[0]?.answered).toBe(8);
  expect(data).toMatchObject({
    paths: [],
    pathsReason: 'mtr is not installed on the host: run apt-get install mtr-tiny',
  });
});

it('a path of 20 ms and one that loses packets get the right verdicts', async ({ skip }) => {
  if (!(await host.test(kernelHasNetem))) skip('the kernel of this machine has no netem');
  await expectFaultsToBeSeen(host);
});
