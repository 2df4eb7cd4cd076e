import { type Command, lines, raw, sh } from '../../../lib/shell.ts';
import { type Fact, type Kind, stays } from '../kind.ts';
import { allAbsent, type Change, changesOf, keysOf, nameOf, type Readings, value } from '../setting.ts';
import type { Step } from '../step.ts';

/** Folders of Jernverk: `directory/<path>` is permissions and owner, "0750 10001:10001". */
export function directorySetting(path: string, mode: string, owner = '0:0'): [string, string] {
  return [`directory/${path}`, `${mode} ${owner}`];
}

export function directoryFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'directory');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      // A missing folder gives no line. That is the only reason why stat can fail as root here.
      command: sh`stat --format='%n	0%a %u:%g' -- ${own.map(nameOf)} 2>/dev/null || true`,
      parse: (output) => parseDirectories(output, own),
    },
  ];
}

function parseDirectories(output: string, keys: readonly string[]): Readings {
  const readings = allAbsent(keys);
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const [path, owner] = line.split('\t');
    if (owner === undefined) throw new Error(`unexpected line: ${line}`);
    readings.set(`directory/${path}`, value(owner));
  }
  return readings;
}

/**
 * Enters a folder. Fails if a link leads elsewhere. `pwd -P` is the kernel's path of the current folder, so from then
 * on `.` is this folder, whatever happens to its name.
 */
export const enterFunction = raw(`enter() { cd -P -- "$1" 2>/dev/null && [ "$(pwd -P)" = "$1" ]; }`);

/**
 * `bring PATH MODE OWNER`. Workers may own the parent folder, so a name in it may lead to any place on the host a
 * moment after it was checked. Root therefore works on folders that it has entered. On names it uses only calls that
 * follow no link: `rm` and `mkdir` of one name.
 */
const bringFunction = raw(`bring() (
  [ -d "\${1%/*}" ] || mkdir -p -- "\${1%/*}"
  name=./\${1##*/}
  for try in 1 2 3 4 5 6 7 8 9 10; do
    enter "\${1%/*}" || continue
    [ -d "$name" ] && [ ! -L "$name" ] || rm -f -- "$name"
    mkdir -- "$name" 2>/dev/null || :
    enter "$1" || continue
    chown "$3" .
    chmod "$2" .
    exit 0
  done
  echo "$1: something replaces this folder again and again" >&2
  exit 1
)`);

/**
 * Brings folders to the wanted state, all in one command. A folder that is no longer wanted is removed if it is empty:
 * its content may not be Jernverk's.
 */
export function directorySteps(changes: readonly Change[]): Step[] {
  const own = changesOf(changes, 'directory');
  if (own.length === 0) return [];
  const command = lines(enterFunction, bringFunction, ...own.map(commandFor));
  return [{ kind: 'run', title: `bring ${own.length} folders in order`, command }];
}

function commandFor({ key, to }: Change): Command {
  const path = nameOf(key);
  const [mode, owner] = to?.split(' ') ?? [];
  if (mode === undefined || owner === undefined) return sh`rmdir ${path} 2>/dev/null || true`;
  return sh`bring ${path} ${mode} ${owner}`;
}

/** A folder stays if something is in it, which may not be Jernverk's. */
export const directoryKind: Kind = {
  prefixes: ['directory'],
  facts: directoryFacts,
  reads: 'only its keys',
  mayStay: stays,
};
