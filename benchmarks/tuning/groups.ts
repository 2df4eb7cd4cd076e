import { block, sysctls, transparentHugePages } from '../../provision/topics/kernel/values.ts';
import type { Machine } from './machine.ts';
import type { MetricName } from './metric.ts';

/** A is unmodified Debian, B is the kernel topic. */
export const sides = ['A', 'B'] as const;
export type Side = (typeof sides)[number];

export const groupNames = [
  'write-back',
  'disk',
  'huge-pages',
  'swap',
  'idle-connections',
  'accept-queues',
  'dead-peers',
] as const;
export type GroupName = (typeof groupNames)[number];

/** The metric of each group; no two groups share one. Null if nothing measures the group. */
export const metricOf = {
  'write-back': 'fdatasync-bulk',
  disk: 'fdatasync-mixed',
  'huge-pages': 'drain',
  swap: null,
  'idle-connections': 'burst-after-idle',
  'accept-queues': null,
  'dead-peers': null,
} as const satisfies Record<GroupName, MetricName | null>;

/** Text to write to a file of /proc/sys or /sys. */
export interface Write {
  readonly path: string;
  readonly text: string;
}

/** Why a group is not measured on this host. */
export const skipStates = ['not applicable', 'same as stock', 'not a matter of speed', 'not measured'] as const;
export interface Skip {
  readonly state: (typeof skipStates)[number];
  readonly reason: string;
}

/** Settings that belong together and are switched together. */
export interface Group {
  readonly name: GroupName;
  readonly settings: readonly { readonly key: string; readonly stock: string; readonly ours: string }[];
  readonly metric: MetricName | null;
  readonly writes: Readonly<Record<Side, readonly Write[]>>;
  readonly skip: Skip | null;
}

interface Knob {
  /** As the kernel topic has it: `sysctl/vm.swappiness`. */
  readonly key: string;
  readonly A: Write;
  readonly B: Write;
}

export const sysctlPath = (key: string): string => `/proc/sys/${key.replaceAll('.', '/')}`;
export const hugePagesPath = '/sys/kernel/mm/transparent_hugepage/enabled';

/** The value that the kernel topic wants for a sysctl. */
function ours(key: string): string {
  const found = sysctls.find((each) => each.key === key);
  if (found === undefined) throw new Error(`the kernel topic has no ${key}`);
  return found.value;
}

const sysctl = (key: string, stock: string, stockKey = key): Knob => ({
  key: `sysctl/${key}`,
  A: { path: sysctlPath(stockKey), text: stock },
  B: { path: sysctlPath(key), text: ours(key) },
});

/**
 * Returns all groups, with the values of a stock kernel next to Jernverk's. The stock values were read on a fresh
 * Debian 13 guest (6.12.117+deb13-cloud-amd64), huge pages in its configuration, and are the same on Debian 12. A
 * kernel uses either dirty bytes or a dirty ratio, and writing one sets the other to 0.
 */
export function groupsOf(machine: Machine): Group[] {
  return [
    group(machine, 'write-back', [
      sysctl('vm.dirty_background_bytes', '10', 'vm.dirty_background_ratio'),
      sysctl('vm.dirty_bytes', '20', 'vm.dirty_ratio'),
    ]),
    group(machine, 'disk', machine.disks.flatMap(diskKnobs), 'no virtual disk here'),
    group(machine, 'huge-pages', [
      {
        key: 'thp/enabled',
        A: { path: hugePagesPath, text: 'always' },
        B: { path: hugePagesPath, text: transparentHugePages.value },
      },
    ]),
    skipped(group(machine, 'swap', [sysctl('vm.swappiness', '60')]), {
      state: 'not measured',
      reason: 'it shows only if memory is short, and a run that makes memory short endangers the broker',
    }),
    group(machine, 'idle-connections', [sysctl('net.ipv4.tcp_slow_start_after_idle', '1')]),
    skipped(
      // The kernel chooses the second value by the size of memory: 2048 on a guest of 2 GB.
      group(machine, 'accept-queues', [
        sysctl('net.core.somaxconn', '4096'),
        sysctl('net.ipv4.tcp_max_syn_backlog', '2048'),
      ]),
      {
        state: 'not a matter of speed',
        reason: 'decides how many connection attempts are held at once after a restart of the broker, not how quickly',
      },
    ),
    skipped(
      group(machine, 'dead-peers', [
        sysctl('net.ipv4.tcp_keepalive_time', '7200'),
        sysctl('net.ipv4.tcp_keepalive_intvl', '75'),
        sysctl('net.ipv4.tcp_keepalive_probes', '9'),
      ]),
      {
        state: 'not a matter of speed',
        reason: 'decides when a dead peer is noticed: after 70 seconds rather than 2 hours 11 minutes',
      },
    ),
  ];
}

/** The kernel's own choice for a disk: block/elevator.c and block/blk-settings.c, the same in Linux 6.1 and 6.12. */
function diskKnobs({ name, hardwareQueues, optimalIo_bytes: optimal }: Machine['disks'][number]): Knob[] {
  const queue = `/sys/block/${name}/queue`;
  const readAhead_kb = Math.max(128, (2 * optimal) / 1024);
  return [
    {
      key: `block/${block.scheduler.key}`,
      A: { path: `${queue}/scheduler`, text: hardwareQueues === 1 ? 'mq-deadline' : 'none' },
      B: { path: `${queue}/scheduler`, text: block.scheduler.value },
    },
    {
      key: `block/${block.readAhead.key}`,
      A: { path: `${queue}/read_ahead_kb`, text: String(readAhead_kb) },
      B: { path: `${queue}/read_ahead_kb`, text: block.readAhead.value.replace(' KB', '') },
    },
  ];
}

function group(
  machine: Machine,
  name: GroupName,
  knobs: readonly Knob[],
  none = 'this kernel has no such setting',
): Group {
  return {
    name,
    metric: metricOf[name],
    settings: knobs.map(({ key, A, B }) => ({ key, stock: shown(A, B), ours: B.text })),
    writes: { A: knobs.map(({ A }) => A), B: knobs.map(({ B }) => B) },
    skip: skipOf(machine, knobs, none),
  };
}

/** The value, with its own name if stock Debian has the setting under another name. */
const shown = (stock: Write, our: Write): string =>
  stock.path === our.path ? stock.text : `${stock.path.slice(stock.path.lastIndexOf('/') + 1)} ${stock.text}`;

function skipOf(machine: Machine, knobs: readonly Knob[], none: string): Skip | null {
  const paths = knobs.flatMap(({ A, B }) => [A.path, B.path]);
  const foreign = machine.container && paths.some((path) => !machine.writable.has(path));
  if (foreign || (machine.container && paths.length === 0)) {
    return { state: 'not applicable', reason: 'in a container, this belongs to the kernel of the machine around it' };
  }
  if (paths.length === 0 || paths.some((path) => !machine.writable.has(path))) {
    return { state: 'not applicable', reason: none };
  }
  if (knobs.every(({ A, B }) => A.path === B.path && A.text === B.text)) {
    return { state: 'same as stock', reason: 'the kernel’s defaults are already our values' };
  }
  return null;
}

/** A reason of the host itself, such as a missing file, comes first. */
const skipped = (own: Group, skip: Skip): Group => ({ ...own, skip: own.skip ?? skip });
