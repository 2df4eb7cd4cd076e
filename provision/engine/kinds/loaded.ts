import { dirname } from 'node:path';
import { type Command, sh } from '../../../lib/shell.ts';
import { runFolder, stateFolder } from '../../../platform/contract/places.ts';
import type { Fact, Kind } from '../kind.ts';
import {
  absent,
  type Change,
  changesOf,
  keysOf,
  nameOf,
  type Reading,
  type Readings,
  type Settings,
  value,
} from '../setting.ts';
import { fileSettings } from './file.ts';

/**
 * "The running service has loaded this file" as a setting: `loaded/<unit>:<path>` = "yes".
 *
 * A run that died between write and restart must be noticed next time, so the fact is the effect and not the file. A
 * drop-in makes the unit record the hashes of its files each time it starts. Clocks and reboots do not matter.
 */

const recordsFolder = `${runFolder}/loaded`;

/** Returns the path of the record with the hashes of a unit's files at its last start. */
export const recordOf = (unit: string): string => `${recordsFolder}/${unit}`;

/** Returns the folder with copies of the files of a unit's last good start, each at its own path below. */
export const goodCopy = (unit: string): string => `${stateFolder}/good/${unit}`;

/** Removes the records of units that are no longer Jernverk's. */
export const forgetLoaded = (
  ...units: readonly string[]
): Command => sh`rm -rf ${units.map(recordOf)} ${units.map(goodCopy)}
rmdir ${stateFolder}/good 2>/dev/null || :`;

export const loadedDropIn = (unit: string): string => `/etc/systemd/system/${unit}.d/50-jernverk-loaded.conf`;

/**
 * Returns the settings that prove that `unit` runs with these files as they are now, the recording drop-in included.
 */
export function loadedSettings(unit: string, paths: readonly string[]): [string, string][] {
  const dropIn = loadedDropIn(unit);
  const watched = [...paths, dropIn];
  const record = recordOf(unit);
  const good = goodCopy(unit);
  const copies = `${good}.new`;
  const folders = [...new Set(watched.map((path) => copies + dirname(path)))];
  // Copied one by one: `cp --parents --preserve` of Debian 12 (coreutils 9.1) fails unless it is started in /.
  const copy = [
    `rm -rf ${copies}`,
    `mkdir -p ${folders.join(' ')}`,
    ...watched.map((path) => `cp --preserve=mode,ownership ${path} ${copies}${path}`),
    `find ${copies} -type f -exec sync {} +`,
    `rm -rf ${good}`,
    `mv ${copies} ${good}`,
  ];
  const content = `# Jernverk owns this file and writes it whole.
[Service]
# Runs as root ("+") before each start: what the service is about to read.
ExecStartPre=+/bin/sh -c 'umask 022; mkdir -p ${recordsFolder} && sha256sum ${watched.join(' ')} > ${record}'
# After each start that went well: the files to go back to, if they are still those that it read.
ExecStartPost=-+/bin/sh -c 'sha256sum --check --status ${record} && ${copy.join(' && ')}'
`;
  return [
    ...fileSettings(dropIn, content),
    ...watched.map((path): [string, string] => [`loaded/${unit}:${path}`, 'yes']),
  ];
}

const partsOf = (key: string): { unit: string; path: string } => {
  const [unit = '', path = ''] = nameOf(key).split(/:(.*)/s);
  return { unit, path };
};

/** Returns the files that a unit reads. */
export const watchedBy = (unit: string, wanted: Settings): string[] =>
  keysOf(wanted.keys(), 'loaded')
    .map(partsOf)
    .filter((parts) => parts.unit === unit)
    .map(({ path }) => path);

/** Compares each file's hash with the one recorded at the last start. A unit that is not running has loaded nothing. */
export function loadedFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'loaded');
  if (own.length === 0) return [];
  const units = [...new Set(own.map((key) => partsOf(key).unit))];
  const paths = [...new Set(own.map((key) => partsOf(key).path))];
  return [
    {
      keys: own,
      // One systemctl and one sha256sum for all units. systemctl prints a line for each, in their order.
      command: sh`states=$(systemctl is-active ${units}) || :
for unit in ${units}; do
  state=\${states%%
*}
  states=\${states#*
}
  if [ "$state" != active ] || [ ! -e ${{ script: recordsFolder }}/"$unit" ]; then continue; fi
  echo "unit $unit"
  cat ${{ script: recordsFolder }}/"$unit"
done
echo now
sha256sum ${paths} 2>/dev/null || true`,
      parse: (output) => parseLoaded(output, own),
    },
  ];
}

function parseLoaded(output: string, keys: readonly string[]): Readings {
  const [atStart = '', now = ''] = output.split(/^now\n/m);
  const records = new Map(
    atStart.split(/^unit /m).map((section): [string, Map<string, string>] => {
      const [unit = ''] = section.split('\n');
      return [unit, hashes(section)];
    }),
  );
  const today = hashes(now);
  return new Map(
    keys.map((key): [string, Reading] => {
      const { unit, path } = partsOf(key);
      const recorded = records.get(unit)?.get(path);
      if (recorded === undefined) return [key, absent];
      return [key, value(recorded === today.get(path) ? 'yes' : 'no, it has changed since the service started')];
    }),
  );
}

const hashes = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map((match) => [match[2] ?? '', match[1] ?? '']));

/**
 * Returns the units that must be restarted to load their files: those that are stale now, and those of which a file is
 * about to be written.
 */
export function unitsToRestart(changes: readonly Change[], wanted: Settings): string[] {
  const stale = changesOf(changes, 'loaded').filter((change) => change.to !== null);
  const written = new Set(changesOf(changes, 'file').map(({ key }) => nameOf(key)));
  const readers = keysOf(wanted.keys(), 'loaded').filter((key) => written.has(partsOf(key).path));
  return [...new Set([...stale.map(({ key }) => key), ...readers].map((key) => partsOf(key).unit))];
}

export const loadedKind: Kind = { prefixes: ['loaded'], facts: loadedFacts, reads: 'only its keys' };
