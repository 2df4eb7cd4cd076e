import { type Command, lines, sh } from '../../lib/shell.ts';

/**
 * A path with a delay and a loss inside one host: a namespace behind a veth pair, in which the host's own sshd answers
 * TCP connections on port 22. Needs `ip`, `tc` and sshd, which every Debian server has. Needs a kernel with netem, like
 * Debian's own: a virtual machine. All addresses are for documentation (RFC 5737, RFC 3849).
 */
export const behindNetem = { ipv4: '203.0.113.242', ipv6: '2001:db8:2::2', port: 22 } as const;

const namespace = 'behind-netem';
const near = 'to-netem';

/** Whether the kernel has netem. Leaves nothing behind. Exit code 1 if it has not. */
export const kernelHasNetem: Command = sh`modprobe sch_netem 2>/dev/null || true
ip link add netem-probe type veth peer name netem-peer
status=0
tc qdisc add dev netem-probe root netem delay 1ms 2>/dev/null || status=1
ip link del netem-probe
exit $status`;

/** Makes the namespace, with its sshd. `fault` may be changed later. */
export const startNetem = (fault: Fault = {}): Command =>
  lines(
    sh`modprobe sch_netem 2>/dev/null || true
ip netns add ${namespace}
ip link add ${near} type veth peer name to-host netns ${namespace}
ip address add 203.0.113.241/30 dev ${near}
ip address add 2001:db8:2::1/64 dev ${near} nodad
ip link set ${near} up
ip -n ${namespace} link set lo up
ip -n ${namespace} address add ${`${behindNetem.ipv4}/30`} dev to-host
ip -n ${namespace} address add ${`${behindNetem.ipv6}/64`} dev to-host nodad
ip -n ${namespace} link set to-host up
mkdir -p /run/sshd`,
    // All three of the host's own addresses may already have an sshd. This one listens inside the namespace.
    sh`ip netns exec ${namespace} /usr/sbin/sshd -o Port=22 -o ListenAddress=0.0.0.0 -o ListenAddress=:: -o PidFile=/run/sshd-behind-netem.pid`,
    setFault(fault),
  );

export interface Fault {
  /** Milliseconds that each packet to the namespace waits. The round trip grows by the same time. */
  readonly delay_ms?: number;
  /** Share of the packets to the namespace that are lost, 0 to 1. */
  readonly loss?: number;
}

/** Only on the host's end, so that a round trip meets each fault once. */
export const setFault = ({ delay_ms = 0, loss = 0 }: Fault): Command =>
  sh`tc qdisc replace dev ${near} root netem delay ${`${delay_ms}ms`} loss ${`${loss * 100}%`} limit 1000`;

/** Ends the sshd and removes the namespace, and with it the link. */
export const stopNetem: Command = sh`if [ -e /run/sshd-behind-netem.pid ]; then kill "$(cat /run/sshd-behind-netem.pid)" || true; fi
ip link del ${near} 2>/dev/null || true
ip netns del ${namespace} 2>/dev/null || true`;
