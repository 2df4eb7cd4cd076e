import { quote, raw } from '../../../lib/shell.ts';
import { currentReleaseFile } from '../../../platform/contract/places.ts';
import type { Fact } from '../../engine/kind.ts';
import { keysOf, nameOf, type Reading, type Readings, unknown, value } from '../../engine/setting.ts';
import type { Environment, HostConfig } from '../../environment/schema.ts';

/**
 * What a host must be before anything is changed on it. Nothing here can be repaired from outside, so a host that falls
 * short reads as *unknown* with the reason. That stops the deploy before its first step.
 */

const kilobytesPerGigabyte = 2 ** 20;
/**
 * The kernel keeps part of the memory for itself, and a file system part of the disk, so 1 GB sold shows up as less.
 */
const shareSeen = 0.9;

/** One check: the wanted answer, or why the host is not fit. */
interface Check {
  readonly wanted: string;
  readonly judge: (answers: ReadonlyMap<string, string>) => Reading;
}

const atLeast = (what: string, gigabytes: number): Check => ({
  wanted: `at least ${gigabytes} GB`,
  judge: (answers) => {
    const found = Number(answers.get(what) ?? Number.NaN) / kilobytesPerGigabyte;
    if (Number.isNaN(found)) return unknown(`could not read the host’s ${what}`);
    if (found >= gigabytes * shareSeen) return value(`at least ${gigabytes} GB`);
    return unknown(`needs at least ${gigabytes} GB of ${what}, the host has ${found.toFixed(1)} GB`);
  },
});

const systemd: Check = {
  wanted: 'first process',
  judge: (answers) =>
    answers.get('init') === 'systemd'
      ? value('first process')
      : unknown(`needs systemd as its first process, the host runs ${answers.get('init') || 'something else'}`),
};

const debian = (release: string): Check => ({
  wanted: 'yes',
  judge: (answers) => {
    const id = answers.get('id') || 'an unknown system';
    const version = answers.get('version') || 'without a release number';
    if (id !== 'debian') return unknown(`declared Debian ${release}, found ${id} ${version}`);
    if (version === release) return value('yes');
    return unknown(`declared Debian ${release}, found Debian ${version}; correct "debian" in the environment file`);
  },
});

const checks: ReadonlyMap<string, Check> = new Map([
  ['memory', atLeast('memory', 1)],
  ['disk', atLeast('disk', 4)],
  ['systemd', systemd],
]);

/**
 * What the file systems in use need, in MB; measured, and rounded up. If two paths are on one file system, what lasts
 * adds up. What is there only during a deploy is counted alone.
 */
interface Need {
  readonly path: string;
  readonly megabytes: number;
  readonly lasts: boolean;
}

function needsOf({ roles }: Pick<HostConfig, 'roles'>, diskFreeLimit: number): Need[] {
  const lasting = (path: string, megabytes: number): Need => ({ path, megabytes, lasts: true });
  const passing = (path: string, megabytes: number): Need => ({ path, megabytes, lasts: false });
  return [
    lasting('/usr', roles.includes('worker') ? 500 : 300),
    passing('/var/cache/apt', 250),
    // Below its limit the broker takes no jobs. The rest is for its logs and for jobs that wait.
    ...(roles.includes('broker') ? [lasting('/var/lib/rabbitmq', Math.ceil(diskFreeLimit / 2 ** 20) + 250)] : []),
    ...(roles.includes('worker')
      ? [lasting('/var/lib/docker', 300), lasting('/var/lib/jernverk', 100), passing('/var/tmp', 400)]
      : []),
  ];
}

const roomName = (needs: readonly Need[]): string =>
  `room-${needs.map(({ path, megabytes, lasts }) => `${path}${lasts ? '=' : '~'}${megabytes}`).join(',')}`;

const parseNeeds = (name: string): Need[] =>
  [...name.matchAll(/(\/[\w/]+)([=~])(\d+)/g)].map(([, path = '', sign, megabytes]) => ({
    path,
    lasts: sign === '=',
    megabytes: Number(megabytes),
  }));

const enough = 'enough';

/**
 * A host with a release is judged by the size of its file systems and not by what is free. Full disks there are for the
 * broker's alarm, and a deploy may be what helps.
 */
function judgeRoom(needs: readonly Need[], answers: ReadonlyMap<string, string>): Reading {
  const [what, column] = answers.get('deployed') === 'yes' ? (['in all', 0] as const) : (['free', 1] as const);
  const mounts = new Map<string, { readonly has: number; readonly needs: Need[] }>();
  for (const need of needs) {
    const [mount, ...sizes] = (answers.get(`room_${need.path}`) ?? '').split(' ');
    const has = Number(sizes[column] ?? Number.NaN) / 1024;
    if (mount === undefined || Number.isNaN(has)) return unknown(`could not read the free space of ${need.path}`);
    const known = mounts.get(mount);
    if (known === undefined) mounts.set(mount, { has, needs: [need] });
    else known.needs.push(need);
  }
  const short = [...mounts].flatMap(([mount, { has, needs: on }]) => {
    const lasting = on.filter(({ lasts }) => lasts).reduce((sum, { megabytes }) => sum + megabytes, 0);
    const needed = Math.max(lasting, ...on.filter(({ lasts }) => !lasts).map(({ megabytes }) => megabytes));
    if (has >= needed * shareSeen) return [];
    const parts = on.map(({ path, megabytes }) => `${inGB(megabytes)} for ${path}`).join(', ');
    return [`the file system ${mount} has ${inGB(has)} ${what} and needs ${inGB(needed)} (${parts})`];
  });
  return short.length === 0 ? value(enough) : unknown(short.join('; '));
}

const inGB = (megabytes: number): string => `${(megabytes / 1024).toFixed(1)} GB`;

const checkOf = (key: string): Check | undefined =>
  checks.get(nameOf(key)) ??
  (nameOf(key).startsWith('room-')
    ? { wanted: enough, judge: (answers) => judgeRoom(parseNeeds(nameOf(key)), answers) }
    : undefined) ??
  (nameOf(key).startsWith('debian-') ? debian(nameOf(key).slice('debian-'.length)) : undefined);

/** `preflight/debian-13` = "yes", `preflight/memory` = "at least 1 GB", `preflight/room-/usr=500,…` = "enough", … */
export function preflightSettings({ broker }: Pick<Environment, 'broker'>, host: HostConfig): [string, string][] {
  const room = roomName(needsOf(host, broker.diskFreeLimit.bytes));
  return [`debian-${host.debian}`, ...checks.keys(), room].map((name): [string, string] => {
    const key = `preflight/${name}`;
    return [key, checkOf(key)?.wanted ?? ''];
  });
}

export function preflightFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'preflight');
  if (own.length === 0) return [];
  const paths = own.flatMap((key) => parseNeeds(nameOf(key))).map(({ path }) => path);
  return [
    {
      keys: own,
      command: raw(`(. /etc/os-release && printf 'id=%s\\nversion=%s\\n' "$ID" "\${VERSION_ID-}")
sed -n 's/^MemTotal: *\\([0-9]*\\) kB$/memory=\\1/p' /proc/meminfo
[ ! -s ${currentReleaseFile} ] || echo deployed=yes
set --
for path in ${paths.join(' ')}; do
  at=$path
  # What is not there yet will be on the file system of its nearest folder.
  while [ ! -e "$at" ]; do at=\${at%/*}; at=\${at:-/}; done
  set -- "$@" "$at"
done
# A line for each path, in their order.
df -Pk / "$@" | awk -v paths=${quote(paths.join(' '))} 'BEGIN { split(paths, path) }
NR == 2 { print "disk=" $2 }
NR > 2 { print "room_" path[NR - 2] "=" $6, $2, $4 }'
printf 'init=%s\\n' "$(cat /proc/1/comm)"`),
      parse: (output) => parsePreflight(output, own),
    },
  ];
}

function parsePreflight(output: string, keys: readonly string[]): Readings {
  const answers = new Map([...output.matchAll(/^([\w/]+)=(.*)$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));
  return new Map(keys.map((key): [string, Reading] => [key, checkOf(key)?.judge(answers) ?? unknown('no such check')]));
}
