import { OperationError } from '../../lib/errors.ts';
import { type Command, raw } from '../../lib/shell.ts';
import { NotMeasured } from '../suite.ts';

/** Where the broker's data is, and on which device. */
export interface Place {
  /** The folder in which the benchmark's own folder is made. */
  readonly parent: string;
  readonly fileSystem: string;
  /** As in the mount table: `/dev/vda1`. */
  readonly device: string;
  readonly free_bytes: number;
  /** `write back` or `write through`. Null if the host does not say. */
  readonly writeCache: string | null;
  /** As fio prints it. Null if fio is missing. */
  readonly fio: string | null;
}

/**
 * The broker's data folder may be a mount of its own, so the lookup starts there. A file system such as btrfs has no
 * device number that sysfs knows: then the mounted device's number is used. A partition has its disk's queue one folder
 * up.
 */
export const placeCommand: Command =
  raw(`for parent in /var/lib/rabbitmq/mnesia /var/lib/rabbitmq /var/lib/jernverk /var/lib; do
  if [ -d "$parent" ]; then break; fi
done
echo "parent $parent"
echo "type $(findmnt -nro FSTYPE -T "$parent")"
source=$(findmnt -nvro SOURCE -T "$parent")
echo "device $source"
echo "blocks $(stat -f -c '%a %S' "$parent")"
numbers=$(findmnt -nro MAJ:MIN -T "$parent")
if [ ! -e "/sys/dev/block/$numbers" ] && [ -b "$source" ]; then
  numbers=$(printf '%d:%d' "0x$(stat -Lc %t "$source")" "0x$(stat -Lc %T "$source")")
fi
for queue in "/sys/dev/block/$numbers/queue" "/sys/dev/block/$numbers/../queue"; do
  if [ -r "$queue/write_cache" ]; then echo "cache $(cat "$queue/write_cache")"; break; fi
done
if command -v fio >/dev/null; then echo "fio $(fio --version)"; fi`);

export function parsePlace(text: string): Place {
  const of = (key: string): string | null => new RegExp(`^${key} (.+)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const needed = (key: string): string => {
    const value = of(key);
    if (value !== null) return value;
    throw new OperationError('DISK_PLACE', `could not read the ${key} of the broker's file system: ${text}`);
  };
  const [blocks = Number.NaN, blockSize = Number.NaN] = needed('blocks').split(' ').map(Number);
  return {
    parent: needed('parent'),
    fileSystem: needed('type'),
    device: needed('device'),
    free_bytes: blocks * blockSize,
    writeCache: of('cache'),
    fio: of('fio'),
  };
}

/** Figures on these are not those of a disk. fio does not refuse them: on tmpfs even `direct=1` works. */
const noDisk: readonly string[] = ['tmpfs', 'ramfs', 'devtmpfs', 'overlay'];

/**
 * Throws NotMeasured if the folder is not on a disk, fio is missing, or there is not enough space.
 *
 * @param needed bytes that the run's files take
 * @param reserve bytes that must stay free in addition, or the broker blocks its publishers
 */
export function checkPlace(place: Place, needed: number, reserve: number): void {
  if (noDisk.includes(place.fileSystem)) {
    throw new NotMeasured(
      `${place.parent} is on ${place.fileSystem}, which is not a disk: mount a disk where the broker writes`,
    );
  }
  if (place.fio === null || !place.fio.startsWith('fio-')) {
    const found = place.fio === null ? 'fio is missing' : `the command fio is another program (it says ${place.fio})`;
    throw new NotMeasured(`${found}: install Debian's package fio, or let ./jernverk apply install it`);
  }
  if (place.free_bytes < needed + reserve) {
    throw new NotMeasured(
      `${place.parent} has ${gigabytes(place.free_bytes)} free. Measuring needs ${gigabytes(needed)}, on top of the ${gigabytes(reserve)} below which the broker blocks publishers: free some space`,
    );
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;
