import { type Command, raw } from '../../../lib/shell.ts';
import { doorsFolder, filesFolder, filesLimitFile, slotsFolder } from '../../../platform/contract/places.ts';

/** A limit that protects the rest of the host from a worker, and that has been reached. */
export interface ReachedLimit {
  /** `files`, `connections of <worker>` or `status of <slot>`. */
  readonly name: string;
  /** How far it is reached, for people. */
  readonly text: string;
}

/**
 * Inodes that must be free in the file store's file system when a job is handed in. A file system may count none at
 * all.
 */
export const inodesLimit = 10_000;

/**
 * Prints `files FREE LIMIT INODES TOTAL`: free bytes for users other than root, the limit, and free and total inodes.
 */
const filesScript = `set -- $(stat --file-system --format='%a %S %d %c' ${filesFolder} 2>/dev/null)
[ $# -ne 4 ] || [ ! -r ${filesLimitFile} ] || echo "files $(($1 * $2)) $(cat ${filesLimitFile}) $3 $4"`;

/** Asks about the file store, the connections at each door, and what is free in each slot's status folder. */
export const limitsQuestion: Command = raw(`${filesScript}
connections=$(ss --no-header --tcp --numeric --processes state established '( dport = :5672 )' 2>/dev/null)
for door in ${doorsFolder}/*/; do
  [ -e "$door" ] || continue
  worker=$(basename "$door")
  pid=$(systemctl show --property=MainPID --value "jernverk-door-$worker.service")
  limit=$(tr '\\0' '\\n' < "/proc/$pid/cmdline" 2>/dev/null | sed -n 's/^--connections-max=//p')
  echo "door $worker $(printf '%s\\n' "$connections" | grep -c "pid=$pid,") \${limit:-0}"
done
for folder in ${slotsFolder}/*/; do
  mountpoint --quiet "$folder" || continue
  echo "status $(basename "$folder") $(stat --file-system --format='%a %d' "$folder")"
done
true`);

/** Returns the limits that have been reached, from the answer to `limitsQuestion`. */
export function parseLimits(output: string): ReachedLimit[] {
  return output.split('\n').flatMap((line): ReachedLimit[] => {
    const [kind, ...words] = line.split(' ');
    if (kind === 'files') {
      const text = filesText(words.map(Number));
      return text === null ? [] : [{ name: 'files', text }];
    }
    const [name = '', first, second] = words;
    if (kind === 'door' && Number(second) > 0 && Number(first) >= Number(second))
      return [{ name: `connections of ${name}`, text: `all ${second} connections to the broker are taken` }];
    if (kind === 'status' && (first === '0' || second === '0'))
      return [{ name: `status of ${name}`, text: 'its status folder is full, so it cannot say how it is' }];
    return [];
  });
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** Returns why no job is taken with these figures. Null if one is. */
function filesText([free = 0, limit = 0, inodes = 0, total = 0]: readonly number[]): string | null {
  if (free < limit) return `${gigabytes(free)} free for the files of jobs, and none is taken below ${gigabytes(limit)}`;
  if (total > 0 && inodes < inodesLimit)
    return `${inodes} inodes free for the files of jobs, and none is taken below ${inodesLimit}`;
  return null;
}

/**
 * Ends a script with this exit code, and the figures on standard error, if the file store is at its limit. A worker
 * writes there without asking. So this keeps jobs from filling the disk, but does not stop a worker that means to.
 */
export const refuseIfFull = (exitCode: number): Command =>
  raw(`store() {
${filesScript}
}
set -- $(store)
if [ $# -eq 5 ] && { [ "$2" -lt "$3" ] || { [ "$5" -gt 0 ] && [ "$4" -lt ${inodesLimit} ]; }; }; then
  echo "$*" >&2
  exit ${exitCode}
fi`);
