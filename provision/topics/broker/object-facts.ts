import { type Command, quote, raw } from '../../../lib/shell.ts';
import { workerOfAccount } from '../../../platform/contract/permissions.ts';
import { jobsExchange, vhost } from '../../../platform/contract/topology.ts';
import { type Fact, ifInstalled, type Kind, stays } from '../../engine/kind.ts';
import {
  allAbsent,
  keysOf,
  kindOf,
  nameOf,
  notice,
  type Readings,
  type Settings,
  value,
} from '../../engine/setting.ts';
import { apiUrl, curl } from './api.ts';
import { benchLock, curlConfig, secretsFolder } from './names.ts';
import {
  type Found,
  objectsOfBench,
  readBindings,
  readExchanges,
  readLogins,
  readPermissions,
  readPolicies,
  readQueues,
  readUsers,
  readVhosts,
} from './object-answers.ts';
import { accountPrefixes, objectPrefixes } from './objects.ts';

/** Columns are named so that no password hash and no parameter ever leaves the host. Parameters may hold passwords. */
const questions = {
  users: 'users?columns=name,tags',
  vhosts: 'vhosts?columns=name,default_queue_type',
  permissions: 'permissions',
  policies: 'policies',
  queues: 'queues?columns=name,vhost,durable,arguments,messages&disable_stats=true&enable_queue_totals=true',
  exchanges: 'exchanges?columns=name,vhost,type,durable',
  bindings: 'bindings?columns=source,vhost,destination,destination_type,properties_key',
} as const;
type Question = keyof typeof questions;

const all = ['users', 'vhosts', 'permissions', 'policies', 'queues', 'exchanges', 'bindings'] as const;

/** The broker does not accept this password, or this user is no administrator. `apply` can repair both. */
const refused = '401';

/**
 * Compares the broker's hash of each password with the secret, on the host, and prints only the outcome, for every user
 * whose secret is on the host. A real login
 * with each would leave a refusal in the broker's log every time, because only the administrator may use the API. The
 * hash is base64 of 4 bytes of salt and SHA-256(salt, password).
 */
const loginScript = `users=$(${curl} --fail --max-time 5 '${apiUrl}/users?columns=name,password_hash' | tr '{' '\\n' |
  sed -n 's/.*"name":"\\([a-z0-9.-]*\\)".*"password_hash":"\\([A-Za-z0-9+/]*\\)".*/\\1 \\2/p')
names= hashes=
while read -r user hash; do
  [ \${#hash} = 48 ] && [ -r "${secretsFolder}/$user" ] || continue
  names="$names $user"
  hashes=$hashes$hash
done <<END
$users
END
set -- $(printf %s "$hashes" | base64 -d | od -An -v -tx1)
for user in $names; do
  IFS= read -r password < "${secretsFolder}/$user"
  salt=$(printf '\\\\0%o\\\\0%o\\\\0%o\\\\0%o' "0x$1" "0x$2" "0x$3" "0x$4")
  shift 4
  stored=
  while [ \${#stored} -lt 64 ]; do stored=$stored$1; shift; done
  actual=$({ printf %b "$salt"; printf %s "$password"; } | sha256sum)
  if [ "\${actual%% *}" = "$stored" ]; then echo "login $user works"; else echo "login $user refuses"; fi
done`;

/** Asked before and after the questions, because a measurement may begin or end between them. */
const measuringScript = `measuring() {
  [ ! -e ${benchLock} ] || flock --shared --nonblock ${benchLock} true || echo measuring
}`;

/**
 * Asks everything in one round of requests, then which users can log in. Absent if nothing listens, or if there is no
 * curl or no password yet, so that `apply` can start and fill a broker that is stopped. Unknown if it listens but does
 * not answer.
 *
 * Whatever the keys are, it is the same question, so a host gets it once for all topics.
 */
const question: Command = ifInstalled(
  'curl',
  raw(`${measuringScript}
[ -r ${secretsFolder}/${curlConfig} ] || exit 0
measuring
code=0
answers=$(${curl} --max-time 5 --fail-early --write-out '\\n%{http_code}\\n' ${all.map((name) => `'${apiUrl}/${questions[name]}'`).join(' ')}) || code=$?
case $code in
  0) printf '%s\\n' "$answers" ;;
  7) exit 0 ;; # connection refused
  *) echo "the broker listens but does not answer (curl's exit code $code)" >&2; exit 1 ;;
esac
measuring
${loginScript}`),
);

/**
 * Everything inside the broker except the accounts of workers. When a plan or an apply follows, `wanted` says which of
 * the keys are wanted; the others are from an earlier deploy.
 */
export function objectFacts(keys: readonly string[], wanted: Settings): Fact[] {
  const own = keysOf(keys, ...objectPrefixes);
  if (own.length === 0) return [];
  const parse = (output: string): Readings => parseObjects(output, own, wanted.size === 0 ? own : [...wanted.keys()]);
  return [{ keys: own, command: question, parse }];
}

/** The accounts that the keys name, and every other account of a worker, of any revision. */
export function accountFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, ...accountPrefixes);
  if (own.length === 0 && !keys.includes('release/current')) return [];
  const parse = (output: string): Readings => parseAccounts(output, own);
  return [{ keys: own, command: question, parse }];
}

interface Answers {
  readonly bodies: Readonly<Record<Question, string>>;
  readonly logins: readonly string[];
  /** A benchmark was measuring while the broker was asked. */
  readonly measuring: boolean;
}

/** Null if there is no broker to ask. Throws if it answers with an error, or does not answer everything. */
function readAnswers(output: string): Answers | null {
  const printed = output.split('\n').filter((line) => line !== '');
  const lines = printed.filter((line) => line !== 'measuring');
  const answers = all.map((name, index) => ({
    name,
    body: lines[2 * index] ?? '',
    status: lines[2 * index + 1],
  }));
  if (lines.length === 0 || answers.some(({ status }) => status === refused)) return null;
  for (const { name, body, status } of answers) {
    if (status === undefined) throw new Error('the answer of the broker was cut off');
    if (status !== '200') throw new Error(`/api/${questions[name]}: HTTP ${status}: ${body.slice(0, 200)}`);
  }
  const none = { users: '', vhosts: '', permissions: '', policies: '', queues: '', exchanges: '', bindings: '' };
  return {
    bodies: { ...none, ...Object.fromEntries(answers.map(({ name, body }) => [name, body])) },
    logins: lines.slice(2 * all.length),
    measuring: printed.includes('measuring'),
  };
}

/**
 * Readings of all keys, and of every other user, permission, policy and binding in the broker.
 *
 * What belongs to a queue that no worker takes from stays as long as that queue: it may hold jobs, and slots may still
 * drain. Only the way in goes, so that no new job arrives. Jobs that wait there are reported in a notice.
 */
export function parseObjects(output: string, keys: readonly string[], wanted: readonly string[]): Readings {
  const readings = allAbsent(keys);
  const answers = readAnswers(output);
  if (answers === null) return readings;
  const { bodies, logins, measuring } = answers;
  const queues = readQueues(bodies.queues);
  const names = new Set(queues.map(({ name }) => name));
  const isWanted = (key: string): boolean => wanted.includes(key);
  const belongsToAQueue = (key: string): boolean => names.has(nameOf(key).split('/').at(-1) ?? '');
  const found = [
    ...readUsers(bodies.users),
    ...readVhosts(bodies.vhosts),
    ...readPermissions(bodies.permissions),
    ...readPolicies(bodies.policies),
    ...queues.map(({ name, text }): Found => [`queue/${name}`, text]),
    ...readExchanges(bodies.exchanges),
    ...readBindings(bodies.bindings),
    ...readLogins(logins),
  ].filter(([key]) => {
    if (isWanted(key)) return true;
    switch (kindOf(key)) {
      case 'user':
      case 'permission':
        return !isAccount(nameOf(key));
      case 'policy':
        return !belongsToAQueue(key);
      case 'binding':
        return key.startsWith(`binding/${jobsExchange}/`) || (readings.has(key) && !belongsToAQueue(key));
      case 'vhost':
        return true;
      case 'exchange':
        return !belongsToAQueue(key) && (readings.has(key) || nameOf(key).endsWith('.dead'));
      default:
        return false;
    }
  });
  const inUse = measuring ? objectsOfBench : [];
  for (const [key, text] of found) if (!inUse.includes(key)) readings.set(key, value(text));
  for (const { name, messages } of queues)
    if (messages > 0 && !isWanted(`queue/${name}`)) readings.set(`queue/${name}`, notice(waitingIn(name, messages)));
  return readings;
}

/** `status` says the same of such a queue. */
export const waitingIn = (queue: string, messages: number): string =>
  `${messages === 1 ? '1 job waits' : `${messages} jobs wait`} in ${queue}, which no worker of the environment takes: add the worker again to have them done, or discard them on the host: rabbitmqctl --vhost ${vhost} delete_queue ${quote(queue)}`;

/** Whether a user is the account of a worker's slots, of any revision. */
const isAccount = (name: string): boolean => workerOfAccount(name) !== null;

function parseAccounts(output: string, keys: readonly string[]): Readings {
  const readings = allAbsent(keys);
  const answers = readAnswers(output);
  if (answers === null) return readings;
  const { bodies, logins } = answers;
  const found = [...readUsers(bodies.users), ...readPermissions(bodies.permissions)];
  for (const [key, text] of found) if (readings.has(key) || isAccount(nameOf(key))) readings.set(key, value(text));
  for (const [key, text] of readLogins(logins)) if (readings.has(key)) readings.set(key, value(text));
  return readings;
}

/** A queue may hold jobs, and its virtual host holds the queues. */
export const objectKinds: readonly Kind[] = [
  { prefixes: ['queue', 'vhost'], facts: () => [], mayStay: stays },
  { prefixes: [...accountPrefixes, 'exchange', 'policy', 'binding'], facts: objectFacts },
];

export const accountKind: Kind = { prefixes: accountPrefixes, facts: accountFacts };
