import { createHash } from 'node:crypto';
import type { AddressBook } from '../../addresses/book.ts';
import { askHost, questionsOf } from '../../audit/run/answers.ts';
import { destinationChecks } from '../../audit/run/checks.ts';
import { judgementOf } from '../../audit/run/evaluate.ts';
import { raw, sh } from '../../lib/shell.ts';
import type { Topic } from '../../provision/engine/topic.ts';
import type { DebianRelease, Environment } from '../../provision/environment/schema.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { networksText } from '../../provision/topics/egress/networks.ts';
import { egress } from '../../provision/topics/egress/topic.ts';
import { type OutsideWorld, outsideWorld } from './outside-world.ts';

export const norway = { 4: '198.51.100.10', 6: '2001:db8:1::10' } as const;
export const abroad = { 4: '203.0.113.10', 6: '2001:db8:2::10' } as const;
/** Abroad, and let out by name on one port. */
export const partner = { 4: '203.0.113.20', 6: '2001:db8:2::20' } as const;
export const [port, partnerPort] = [4000, 4001];

export const text = networksText(
  {
    rangesOf: (_, family) => [
      family === 'ipv4' ? '198.51.100.0-198.51.100.255' : '2001:db8:1::-2001:db8:1:ffff:ffff:ffff:ffff:ffff',
    ],
  },
  ['NO'],
);
const addresses: AddressBook = {
  country: (address) =>
    /^(198\.51\.100\.|2001:db8:1:)/.test(address) ? 'NO' : /^(203\.0\.113\.|2001:db8:2:)/.test(address) ? 'US' : null,
  source: { date: new Date(), sha256: '0'.repeat(64), name: 'documentation networks', attribution: '' },
};

export const networks = { digest: createHash('sha256').update(text).digest('hex') };

export const worldAround = (hostAddress: string): Promise<OutsideWorld> =>
  outsideWorld({
    hostAddress,
    addresses: [
      ...[norway, abroad, partner].flatMap((place) => [`${place[4]}/32`, `${place[6]}/128`]),
      '2001:db8:ffff::1/64',
    ],
    routes: [hostAddress, 'fd88::/64 via 2001:db8:ffff::11'],
    ports: [port, partnerPort],
  });

export const services = [
  { name: 'Partner', to: [partner[4], partner[6]], ports: [partnerPort], kind: 'data' },
  { name: 'Mirror', to: ['203.0.113.90'], ports: [80], kind: 'supply chain' },
];
export const policy = (mode: string, rest: object = {}) => ({
  egress: { mode, countries: 'norway', services, ...rest },
});

/** Docker, an image without a registry, and a network with both families. */
export const installed = (debian: DebianRelease): string => `export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends nftables iproute2 docker.io ${debian === 13 ? 'docker-cli' : ''} busybox-static >/dev/null
mkdir -p /etc/docker && echo '{ "live-restore": true, "icc": false, "userland-proxy": false }' > /etc/docker/daemon.json
mount --make-shared "$(findmnt -n -o TARGET --target /var/lib/docker)"
systemctl restart docker
# No mirror: what a host needs is part of the tests.
echo 'deb http://203.0.113.90/debian trixie main' > /etc/apt/sources.list; rm -rf /etc/apt/sources.list.d
mkdir -p /tmp/image/bin && cp /bin/busybox /tmp/image/bin/ && ln -sf busybox /tmp/image/bin/sh && ln -sf busybox /tmp/image/bin/nc
tar -C /tmp/image -c . | docker import - probe >/dev/null
docker network create --ipv6 --subnet fd88::/64 both >/dev/null
docker create --name phone --network both probe /bin/busybox sleep 100000 >/dev/null`;

/** What a boot forgets: routes to the outside world, and the container. */
export const wire = `ip -6 addr add 2001:db8:ffff::11/64 dev host0 nodad
for to in 198.51.100.0/24 203.0.113.0/27; do ip route add "$to" dev host0; done
for to in 2001:db8:1::/48 2001:db8:2::/48; do ip -6 route add "$to" via 2001:db8:ffff::1; done
sysctl -qw net.ipv6.conf.all.forwarding=1
docker start phone >/dev/null
# Until IPv6 has found nobody else with its addresses: of the bridge, which is up only now, and of the container.
while ip -6 addr show tentative | grep -q inet6; do sleep 0.1; done
while docker exec phone /bin/busybox ip -6 addr show | grep -q tentative; do sleep 0.1; done`;

let attempts = 0;

export interface Place {
  readonly to: string;
  readonly port?: number;
}

/** From the host or the container to an address: whether the word arrived outside. */
export async function arrivals(host: Host, world: OutsideWorld, places: readonly Place[]): Promise<string[]> {
  attempts += 1;
  const probes = places.flatMap(({ to, port: at = port }) =>
    (['host', 'container'] as const).map((from) => ({ from, to, at, word: `${from}-${attempts}` })),
  );
  const commands = probes.map(({ from, to, at, word }) =>
    from === 'host'
      ? sh`(echo ${word} | timeout 3 busybox nc -w 2 ${to} ${at} >/dev/null 2>&1 || :) &`
      : sh`(echo ${word} | timeout 3 docker exec -i phone /bin/nc -w 2 ${to} ${at} >/dev/null 2>&1 || :) &`,
  );
  await host.run(raw([...commands.map(({ script }) => script), 'wait'].join('\n')));
  await world.caughtUp();
  return probes
    .filter(({ to, at, word }) => world.heard.has(`${to} ${at} ${word}`))
    .map(({ from, to }) => `${from} ${to}`);
}

export const everyone = (...addresses: string[]): string[] =>
  addresses.flatMap((to) => [`host ${to}`, `container ${to}`]);
export const both = (place: { readonly 4: string; readonly 6: string }) => [{ to: place[4] }, { to: place[6] }];

/** What the checks of destinations say of a host. */
export async function auditedDestinations(host: Host, environment: Environment) {
  const answers = await askHost(host, questionsOf(destinationChecks));
  const [config] = environment.hosts;
  if (config === undefined) throw new Error('no host');
  const context = { environment, host: config, answers, addresses, now: new Date() };
  return new Map(destinationChecks.map((check) => [check.id, judgementOf(check, context)]));
}

/** The topic with rules that let no answer out, and with little time to say that they are right. */
export const cutsUsOff: Topic = {
  ...egress,
  desired: (context) =>
    new Map(
      [...egress.desired(context)].map(([key, value]) => [
        key,
        key === 'file//etc/jernverk/egress.nft'
          ? value.replace('oif "lo" accept', 'oifname "host0" tcp flags & (syn | ack) == (syn | ack) drop')
          : value,
      ]),
    ),
  steps: (changes, wanted) =>
    egress
      .steps(changes, wanted)
      .map((step) => (step.kind === 'guarded' ? { ...step, confirmWithinSeconds: 5 } : step)),
};
