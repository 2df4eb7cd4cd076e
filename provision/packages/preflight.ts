import { raw } from '../command.ts';
import type { DebianRelease } from '../environment.ts';
import { keysOf, nameOf, type Reading, type Readings, unknown, value } from '../setting.ts';
import type { Fact } from '../topic.ts';

/**
 * What a host must be before anything is changed on it. Nothing here can be repaired from outside, so a host that
 * falls short answers *unknown* with the reason, which stops the deploy before its first step.
 */

const kilobytesPerGigabyte = 2 ** 20;
/** The kernel keeps part of the memory for itself, and a file system part of the disk: 1 GB sold shows up as less. */
const shareSeen = 0.9;

/** One question: the answer that is wanted, or why the host is not fit. */
interface Check {
  readonly wanted: string;
  readonly judge: (answers: ReadonlyMap<string, string>) => Reading;
}

const atLeast = (what: string, gigabytes: number): Check => ({
  wanted: `at least ${gigabytes} GB`,
  judge: (answers) => {
    const found = Number(answers.get(what) ?? Number.NaN) / kilobytesPerGigabyte;
    if (Number.isNaN(found)) return unknown(`the host did not tell its ${what}`);
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
    const version = answers.get('version') || 'of no numbered release';
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

const checkOf = (key: string): Check | undefined =>
  checks.get(nameOf(key)) ??
  (nameOf(key).startsWith('debian-') ? debian(nameOf(key).slice('debian-'.length)) : undefined);

/** `preflight/debian-13` = "yes", `preflight/memory` = "at least 1 GB", … */
export function preflightSettings(release: DebianRelease): [string, string][] {
  return [`debian-${release}`, ...checks.keys()].map((name): [string, string] => {
    const key = `preflight/${name}`;
    return [key, checkOf(key)?.wanted ?? ''];
  });
}

export function preflightFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'preflight');
  if (own.length === 0) return [];
  return [
    {
      keys: own,
      command: raw(`(. /etc/os-release && printf 'id=%s\\nversion=%s\\n' "$ID" "\${VERSION_ID-}")
sed -n 's/^MemTotal: *\\([0-9]*\\) kB$/memory=\\1/p' /proc/meminfo
df -Pk / | awk 'NR == 2 { print "disk=" $2 }'
printf 'init=%s\\n' "$(cat /proc/1/comm)"`),
      parse: (output) => parsePreflight(output, own),
    },
  ];
}

function parsePreflight(output: string, keys: readonly string[]): Readings {
  const answers = new Map([...output.matchAll(/^(\w+)=(.*)$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));
  return new Map(keys.map((key): [string, Reading] => [key, checkOf(key)?.judge(answers) ?? unknown('no such check')]));
}
