import { type Command, lines, sh } from '../command.ts';
import { allAbsent, type Change, changesOf, keysOf, nameOf, type Readings, value } from '../setting.ts';
import type { Step } from '../step.ts';
import type { Fact } from '../topic.ts';

/** Folders that are ours: `directory/<path>` is permissions and owner, "0750 10001:10001". */
export function directorySetting(path: string, mode: string, owner = '0:0'): [string, string] {
  return [`directory/${path}`, `${mode} ${owner}`];
}

export function directoryFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'directory');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      // A missing folder gives no line; it is the only reason for which stat as root fails here.
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

/** Makes folders as wanted, all in one go. A folder that is not wanted any more goes if it is empty: its content may not be ours. */
export function directorySteps(changes: readonly Change[]): Step[] {
  const own = changesOf(changes, 'directory');
  if (own.length === 0) return [];
  return [{ kind: 'run', title: `bring ${own.length} folders in order`, command: lines(...own.map(commandFor)) }];
}

function commandFor({ key, to }: Change): Command {
  const path = nameOf(key);
  const [mode, owner] = to?.split(' ') ?? [];
  if (mode === undefined || owner === undefined) return sh`rmdir ${path} 2>/dev/null || true`;
  // Workers own some of these folders, so one may have been made a link to anywhere: root must not follow it.
  const noLink = sh`[ ! -L ${path} ] || rm ${path}`;
  return lines(noLink, sh`mkdir -p ${path}`, sh`chown -h ${owner} ${path}`, sh`chmod ${mode} ${path}`);
}
