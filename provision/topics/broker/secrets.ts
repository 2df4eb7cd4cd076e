import { lines, raw, sh } from '../../../lib/shell.ts';
import { administrator, enqueuer, workerOfAccount } from '../../../platform/contract/permissions.ts';
import { workerOwnerOf, workerUser } from '../../../platform/contract/places.ts';
import type { Fact, Kind } from '../../engine/kind.ts';
import { allAbsent, type Change, kindOf, nameOf, type Readings, value } from '../../engine/setting.ts';
import type { RunStep } from '../../engine/step.ts';
import { curlConfig, secretsFolder } from './names.ts';
import { ownUserNames } from './objects.ts';

/**
 * Passwords are made on the host and stay there. `secret/rabbitmq/<user>` = "present" is all that is ever said about
 * one. Programs get them by standard input, never as an argument, which every user of the host can read in `ps`.
 */

const prefix = 'secret/rabbitmq/';
const present = 'present';

/** 32 random bytes in base64 without padding. */
const passwordLength = 43;

const brokerSecrets: readonly string[] = [...ownUserNames, curlConfig];

export const brokerSecretSettings = (): [string, string][] => brokerSecrets.map(secretSetting);
export const secretSetting = (name: string): [string, string] => [`${prefix}${name}`, present];

/**
 * As `stat` prints it. An account's secret belongs to its worker's user. The enqueuer's secret has the group of the
 * container that hands in jobs.
 */
function rightfulOwner(name: string): string {
  if (name === enqueuer) return `0440 0:${workerUser.gid}`;
  const worker = workerOfAccount(name);
  return worker === null ? '0400 0:0' : `0400 ${workerOwnerOf(worker)}`;
}

/** The line that curl.conf must hold, made from the administrator's password in `$password`. */
const curlLine = `user = "${administrator}:$password"`;

/** Whether a secret is of a worker's account. The topic `slots` looks after those. */
export const isAccountSecret = (name: string): boolean => workerOfAccount(name) !== null;

/** The secrets that the keys name, and every other one that is `ours` to remove. */
export function secretFacts(keys: readonly string[], ours: (name: string) => boolean): Fact[] {
  const own = keys.filter((key) => key.startsWith(prefix));
  if (own.length === 0 && !keys.includes('release/current')) return [];
  return [
    {
      keys: own,
      // curl.conf holds a copy of the administrator's password. If the two differ, its name is followed by "stale".
      command: raw(`cd ${secretsFolder} 2>/dev/null || exit 0
set -- *
[ -e "$1" ] || exit 0
stat -c '%n 0%a %u:%g %s' -- "$@"
if [ -r ${administrator} ] && [ -r ${curlConfig} ]; then
  IFS= read -r password < ${administrator}
  IFS= read -r line < ${curlConfig}
  [ "$line" = "user = \\"${administrator}:$password\\"" ] || echo '${curlConfig} stale'
fi
true`),
      parse: (output) => parseSecrets(output, own, ours),
    },
  ];
}

function parseSecrets(output: string, keys: readonly string[], ours: (name: string) => boolean): Readings {
  const readings = allAbsent(keys);
  for (const line of output.split('\n').filter((text) => text !== '')) {
    const [name = '', mode, owner, bytes] = line.split(' ');
    if (!readings.has(`${prefix}${name}`) && !ours(name)) continue;
    if (mode === 'stale') readings.set(`${prefix}${name}`, value("present, but not with the administrator's password"));
    else readings.set(`${prefix}${name}`, value(describe(name, `${mode} ${owner}`, Number(bytes))));
  }
  return readings;
}

function describe(name: string, owner: string, bytes: number): string {
  if (name !== curlConfig && bytes !== passwordLength) return `present, but ${bytes} bytes long`;
  const rightful = rightfulOwner(name);
  return owner === rightful ? present : `present, but ${owner} instead of ${rightful}`;
}

const isSecret = ({ key }: Change): boolean => kindOf(key) === 'secret';

/** Makes what is missing, repairs permissions, and removes the secrets of users that are no longer wanted. */
export function secretSteps(changes: readonly Change[]): RunStep[] {
  const own = changes.filter(isSecret);
  if (own.length === 0) return [];
  const nameIn = ({ key }: Change): string => nameOf(key).slice('rabbitmq/'.length);
  const wanted = own.filter(({ to }) => to !== null).map(nameIn);
  const gone = own.filter(({ to }) => to === null).map(nameIn);
  const passwords = wanted.filter((name) => name !== curlConfig);
  const curlIsStale = wanted.includes(curlConfig) || wanted.includes(administrator);
  return [
    {
      kind: 'run',
      title: wanted.length > 0 ? 'make secrets on the host' : 'remove secrets',
      command: lines(
        functions,
        ...passwords.map((name) => sh`ensure_password ${name} ${rightfulOwner(name).split(' ')}`),
        ...(curlIsStale ? [raw('write_curl_config')] : []),
        ...(gone.length > 0 ? [sh`rm -f -- ${gone}`] : []),
        raw(`cd / && { rmdir --ignore-fail-on-non-empty ${secretsFolder} || :; }`),
      ),
    },
  ];
}

/** A file gets its name only when it is complete, so a power cut leaves a whole password or none. */
const functions = raw(`umask 077
mkdir -p ${secretsFolder}
cd ${secretsFolder}
install_secret() {
  chown "$3" .new
  chmod "$2" .new
  sync .new
  mv -f .new "$1"
  sync .
}
ensure_password() {
  if [ "$(stat -c %s -- "$1" 2>/dev/null)" = ${passwordLength} ]; then
    chown "$3" -- "$1"
    chmod "$2" -- "$1"
  else
    head -c 32 /dev/urandom | base64 -w0 | tr '+/' '-_' | tr -d '=' > .new
    install_secret "$1" "$2" "$3"
  fi
}
write_curl_config() {
  IFS= read -r password < ${administrator} || [ -n "$password" ]
  printf '%s\\n' "${curlLine.replaceAll('"', '\\"')}" > .new
  install_secret ${curlConfig} 0400 0:0
}`);

/** The secrets whose names are `ours`. The others in the folder belong to another topic. */
export const secretKind = (ours: (name: string) => boolean): Kind => ({
  prefixes: ['secret'],
  facts: (keys) => secretFacts(keys, ours),
});
