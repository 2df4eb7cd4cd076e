import { raw, sh } from '../../../lib/shell.ts';
import { type Fact, type Kind, stays } from '../../engine/kind.ts';
import {
  absent,
  keysOf,
  kindOf,
  nameOf,
  notApplicable,
  type Reading,
  type Readings,
  value,
} from '../../engine/setting.ts';
import { nodeKind } from './node.ts';
import { obstacleFacts } from './obstacles.ts';
import { preflightFacts } from './preflight.ts';
import { recordPath } from './record.ts';
import { leftovers } from './transaction.ts';

/** One installed package, as dpkg reports it. */
interface Installed {
  readonly name: string;
  /** Two letters, the wanted and the actual state. `ii` is a package that is installed as it should be. */
  readonly status: string;
  readonly version: string;
  readonly provides: readonly string[];
}

/** Asks for all packages at once: the record of versions is judged by the same answer. */
function packageFacts(keys: readonly string[]): Fact[] {
  const own = keys.filter((key) => kindOf(key) === 'package' || key === 'record/versions');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: raw(`dpkg-query --show --showformat '\${db:Status-Abbrev}\\t\${Package}\\t\${Version}\\t\${Provides}\\n'
echo recorded
[ ! -e ${recordPath} ] || cat ${recordPath}`),
      parse: (output) => parsePackages(output, own),
    },
  ];
}

function parsePackages(output: string, keys: readonly string[]): Readings {
  const [listed = '', recorded] = output.split(/^recorded\n/m);
  if (recorded === undefined) throw new Error('the list of packages was cut off');
  const installed = listed
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
  return new Map(
    keys.map((key): [string, Reading] => {
      if (key === 'record/versions') return [key, judgeRecord(recorded, keys, installed)];
      return [key, readingOf(find(nameOf(key), installed))];
    }),
  );
}

function parseLine(line: string): Installed {
  const [status, name, version, provides = ''] = line.split('\t');
  if (status === undefined || name === undefined || version === undefined) throw new Error(`unexpected line: ${line}`);
  return { name, status, version, provides: provides.split(/,\s*/).map((text) => text.replace(/ .*/, '')) };
}

/** Returns the package itself, or an installed one that provides it. */
const find = (name: string, installed: readonly Installed[]): Installed | undefined =>
  installed.find((one) => one.name === name) ??
  installed.find((one) => one.status[1] === 'i' && one.provides.includes(name));

/** The second letter of dpkg's status: the package's actual state. */
const states: ReadonlyMap<string, Reading> = new Map([
  ['i', value('installed')],
  ['n', absent],
  /** Removed. Only its configuration files are left. */
  ['c', absent],
  ['H', value('half installed')],
  ['U', value('unpacked')],
  ['F', value('half configured')],
  ['W', value('waits for triggers')],
  ['t', value('triggers pending')],
]);

const readingOf = (found: Installed | undefined): Reading =>
  found === undefined ? absent : (states.get(found.status[1] ?? '') ?? value(`in state ${found.status.trim()}`));

/** The record holds the versions of our packages. A package that was upgraded later makes it stale. */
function judgeRecord(recorded: string, keys: readonly string[], installed: readonly Installed[]): Reading {
  if (recorded.trim() === '') return absent;
  const versions = new Map(
    recorded.split('\n').map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
  );
  const stale = keysOf(keys, 'package')
    .flatMap((key) => find(nameOf(key), installed) ?? [])
    .filter(({ name, version }) => versions.get(name) !== version)
    .map(({ name, version }) => `${name} is ${version}, on record is ${versions.get(name) ?? 'none'}`);
  return value(stale.length === 0 ? 'current' : `stale: ${stale.join(', ')}`);
}

/**
 * dpkg's own audit names every package that a killed run left half done. A journal in `updates` is a sign of such a
 * run, and so is our own record.
 */
function interruptedFacts(keys: readonly string[]): Fact[] {
  if (!keys.includes('dpkg/interrupted')) return [];
  return [
    {
      keys: ['dpkg/interrupted'],
      command: raw(`dpkg --audit
find /var/lib/dpkg/updates -type f -name '[0-9]*'
! grep -qs jernverk /usr/sbin/policy-rc.d || echo /usr/sbin/policy-rc.d
for left in ${leftovers.join(' ')}; do [ ! -e "$left" ] || echo "$left"; done`),
      parse: (output) =>
        new Map([['dpkg/interrupted', value(output.trim() === '' ? 'no' : `yes: ${summary(output)}`)]]),
    },
  ];
}

/** The packages that an audit names: its lines with one leading blank. */
function summary(audit: string): string {
  const named = [...audit.matchAll(/^ (\S+)/gm)].map((match) => match[1]);
  return named.length > 0 ? named.join(', ') : (audit.trim().split('\n')[0] ?? '');
}

/** The services that Debian's providers of `time-daemon` run. */
export const timeUnits = ['systemd-timesyncd', 'chrony', 'ntpsec', 'openntpd'] as const;

function timeFacts(keys: readonly string[]): Fact[] {
  if (!keys.includes('time/service')) return [];
  return [
    {
      keys: ['time/service'],
      command: sh`if systemd-detect-virt --quiet --container; then echo container; exit 0; fi
systemctl is-active ${[...timeUnits]} || true`,
      parse: (output) => new Map([['time/service', judgeTime(output)]]),
    },
  ];
}

function judgeTime(output: string): Reading {
  if (output.startsWith('container')) return notApplicable('in a container the clock is the outer machine’s');
  const states = output.trim().split('\n');
  if (states.includes('active')) return value('active');
  return states.every((state) => state === 'inactive') ? absent : value(states.join(' '));
}

/** Only purge removes packages. The other kinds describe the host. */
export const packageKinds: readonly Kind[] = [
  { prefixes: ['preflight'], facts: preflightFacts, mayStay: stays },
  nodeKind,
  { prefixes: ['dpkg'], facts: (keys) => [...obstacleFacts(keys), ...interruptedFacts(keys)], mayStay: stays },
  { prefixes: ['package', 'record'], facts: packageFacts, mayStay: stays },
  { prefixes: ['time'], facts: timeFacts, mayStay: stays },
];
