import { type Command, raw } from '../../../lib/shell.ts';
import { doorsFolder, filesFolder, filesLimitFile, slotsFolder } from '../../../platform/contract/places.ts';

/** What the workers of a host use of what they share. */
export interface Usage {
  /** Null if there is no file store or no limit yet. */
  readonly files: FilesUsage | null;
  readonly doors: readonly DoorUsage[];
  readonly statusFolders: readonly StatusUsage[];
}

export interface FilesUsage {
  /** Free bytes for users other than root. */
  readonly free: number;
  /** Bytes that must be free when a job is enqueued. */
  readonly limit: number;
  readonly freeInodes: number;
  /** 0 if the file system does not count inodes. */
  readonly inodes: number;
}

export interface DoorUsage {
  readonly worker: string;
  /** Connections to the broker that are open through this door. */
  readonly taken: number;
  /** Null if the door's program does not run. */
  readonly limit: number | null;
  /** Permissions and owner of its socket, "0600 20001:10001". Null if there is no socket. */
  readonly socket: string | null;
}

export interface StatusUsage {
  /** `<slot>-<revision>` */
  readonly slot: string;
  readonly full: boolean;
}

export const unitsFolder = '/etc/systemd/system';
export const doorUnitOf = (worker: string): string => `jernverk-door-${worker}`;
export const doorSocketOf = (worker: string): string => `${doorsFolder}/${worker}/broker.sock`;

/** Prints `files FREE LIMIT INODES TOTAL`. */
export const filesScript = `set -- $(stat --file-system --format='%a %S %d %c' ${filesFolder} 2>/dev/null)
[ $# -ne 4 ] || [ ! -r ${filesLimitFile} ] || echo "files $(($1 * $2)) $(cat ${filesLimitFile}) $3 $4"`;

/** One program for all doors and one for all folders, because each costs the host's processor about a millisecond. */
export const usageQuestion: Command = raw(`${filesScript}
set --
for path in ${unitsFolder}/${doorUnitOf('*.socket')}; do
  [ ! -e "$path" ] || set -- "$@" "\${path##*/}"
done
if [ $# -gt 0 ]; then
  units= sockets= commands=
  for unit do
    worker=\${unit#${doorUnitOf('')}}
    units="$units \${unit%.socket}.service"
    sockets="$sockets ${doorSocketOf('${worker%.socket}')}"
  done
  pids=$(systemctl show --property=Id,MainPID -- $units)
  printf '%s\\n' "$pids"
  for pid in $pids; do
    case $pid in MainPID=[1-9]*) commands="$commands /proc/\${pid#MainPID=}/cmdline" ;; esac
  done
  grep --text --no-messages --with-filename --only-matching -e '--connections-max=[0-9]*' $commands </dev/null
  ss --no-header --tcp --numeric --processes state established '( dport = :5672 )' 2>/dev/null | grep --only-matching 'pid=[0-9]*'
  stat --format='%F 0%a %u:%g %n' -- $sockets 2>/dev/null
fi
set --
while read -r _ folder _; do
  case $folder in ${slotsFolder}/*) set -- "$@" "$folder" ;; esac
done < /proc/self/mounts
[ $# -eq 0 ] || stat --file-system --format='status %a %d %n' -- "$@"
true`);

/** Returns what the answer to `usageQuestion` says. Lines that it does not know count for nothing. */
export function parseUsage(output: string): Usage {
  const [free, limit, freeInodes, inodes] = (/^files (\d+) (\d+) (\d+) (\d+)$/m.exec(output) ?? [])
    .slice(1)
    .map(Number);
  const sockets = new Map(
    [...output.matchAll(/^socket (\d+ \d+:\d+) (\S+)$/gm)].map(([, owner = '', path = '']) => [path, owner]),
  );
  const limits = new Map(
    [...output.matchAll(/^\/proc\/(\d+)\/cmdline:--connections-max=(\d+)$/gm)].map(([, pid, max]) => [
      pid,
      Number(max),
    ]),
  );
  const connections = [...output.matchAll(/^pid=(\d+)$/gm)].map(([, pid]) => pid);
  return {
    files:
      free === undefined || limit === undefined || freeInodes === undefined || inodes === undefined
        ? null
        : { free, limit, freeInodes, inodes },
    doors: [...output.matchAll(doorPattern)].map(([, pid, worker = '']) => ({
      worker,
      taken: connections.filter((connection) => connection === pid).length,
      limit: limits.get(pid) ?? null,
      socket: sockets.get(doorSocketOf(worker)) ?? null,
    })),
    statusFolders: [...output.matchAll(/^status (\d+) (\d+) \S*\/([^/\s]+)$/gm)].map(
      ([, blocks, nodes, slot = '']) => ({
        slot,
        full: blocks === '0' || nodes === '0',
      }),
    ),
  };
}

/** systemctl prints properties in an order of its own: MainPID comes before Id. */
const doorPattern = new RegExp(`^MainPID=(\\d+)\\nId=${doorUnitOf('([a-z0-9-]+)')}\\.service$`, 'gm');
