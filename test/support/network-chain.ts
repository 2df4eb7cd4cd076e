import { type Command, sh } from '../../lib/shell.ts';

/**
 * A path of three hops inside one host, in namespaces of which none leads out. The second router has an address in
 * NIX1's network. The last hop is silent about everything but its own address. All other addresses are for
 * documentation.
 */
export const chain = {
  /** Answers TCP on port 22: the host's sshd, in the last namespace. */
  far: '198.51.100.10',
  /** Behind a router that drops its packets without a word. */
  silent: '203.0.113.9',
  routers: ['192.0.2.2', '185.1.55.41'],
} as const;

export const startChain: Command = sh`for name in near-router ix-router far; do ip netns add "$name"; done
for name in near-router ix-router far; do ip -n "$name" link set lo up; done
ip link add chain0 type veth peer name eth0 netns near-router
ip -n near-router link add eth1 type veth peer name eth0 netns ix-router
ip -n ix-router link add eth1 type veth peer name eth0 netns far
ip address add 192.0.2.1/24 dev chain0
ip -n near-router address add 192.0.2.2/24 dev eth0
ip -n near-router address add 185.1.55.90/24 dev eth1
ip -n ix-router address add 185.1.55.41/24 dev eth0
ip -n ix-router address add 198.51.100.1/24 dev eth1
ip -n far address add ${chain.far}/24 dev eth0
ip link set chain0 up
ip -n near-router link set eth0 up
ip -n near-router link set eth1 up
ip -n ix-router link set eth0 up
ip -n ix-router link set eth1 up
ip -n far link set eth0 up
for name in near-router ix-router; do ip netns exec "$name" sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'; done
ip route add 198.51.100.0/24 via 192.0.2.2
ip route add 203.0.113.0/24 via 192.0.2.2
ip -n near-router route add default via 185.1.55.41
ip -n near-router route add 198.51.100.0/24 via 185.1.55.41
ip -n ix-router route add 192.0.2.0/24 via 185.1.55.90
ip -n ix-router route add blackhole 203.0.113.0/24
ip -n far route add default via 198.51.100.1
mkdir -p /run/sshd
ip netns exec far /usr/sbin/sshd -o Port=22 -o ListenAddress=0.0.0.0 -o PidFile=/run/sshd-far.pid`;
