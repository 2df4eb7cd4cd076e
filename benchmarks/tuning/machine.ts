import { type Command, raw } from '../../lib/shell.ts';

/** The parts of a host that can be tuned. */
export interface Machine {
  readonly container: boolean;
  /** Setting files that exist and can be written. */
  readonly writable: ReadonlySet<string>;
  /** The disks that the kernel topic's udev rule covers. */
  readonly disks: readonly {
    readonly name: string;
    readonly hardwareQueues: number;
    readonly optimalIo_bytes: number;
  }[];
}

export const machineCommand: Command = raw(`if systemd-detect-virt --quiet --container; then echo container; fi
for path in /proc/sys/vm/swappiness /proc/sys/vm/dirty_*bytes /proc/sys/vm/dirty_*ratio /proc/sys/net/core/somaxconn \\
  /proc/sys/net/ipv4/tcp_slow_start_after_idle /proc/sys/net/ipv4/tcp_max_syn_backlog /proc/sys/net/ipv4/tcp_keepalive_* \\
  /sys/kernel/mm/transparent_hugepage/enabled /sys/block/*/queue/scheduler /sys/block/*/queue/read_ahead_kb; do
  [ ! -w "$path" ] || echo "writable $path"
done
for disk in /sys/block/vd* /sys/block/sd*; do
  [ -e "$disk/queue/scheduler" ] || continue
  case "$disk" in */sd*) grep -qs '^QEMU' "$disk/device/vendor" || continue ;; esac
  set -- "$disk"/mq/*
  echo "disk \${disk##*/} $# $(cat "$disk/queue/optimal_io_size")"
done`);

export function parseMachine(output: string): Machine {
  const rows = output.split('\n').map((line) => line.split(' '));
  const container = rows.some(([kind]) => kind === 'container');
  return {
    container,
    writable: new Set(rows.flatMap(([kind, path]) => (kind === 'writable' && path !== undefined ? [path] : []))),
    disks: rows.flatMap(([kind, name = '', queues, optimal]) =>
      kind === 'disk' && !container ? [{ name, hardwareQueues: Number(queues), optimalIo_bytes: Number(optimal) }] : [],
    ),
  };
}
