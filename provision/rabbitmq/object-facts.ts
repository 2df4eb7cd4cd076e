import { z } from 'zod';
import { raw } from '../command.ts';
import { allAbsent, keysOf, type Readings, value } from '../setting.ts';
import type { Fact } from '../topic.ts';
import { apiUrl, curl } from './api.ts';
import { benchLock, benchName, curlConfig, secretsFolder, vhost } from './names.ts';
import { loginText, objectKinds, permissionText, policyText, tagsText, vhostText } from './objects.ts';

/** Columns are named, so that no password hash and no parameter (they may hold passwords) ever leaves the host. */
const questions = [
  'users?columns=name,tags',
  'vhosts?columns=name,default_queue_type',
  'permissions',
  'policies',
  'queues?columns=name,vhost,durable,arguments&disable_stats=true&enable_queue_totals=true',
] as const;

/** The broker does not take this password, or this user is no administrator; `apply` can mend both. */
const refused = '401';

/**
 * Compares the broker's hash of each password with the secret on the host, there, and prints only the outcome. A real
 * login with each would leave a refusal in the broker's log every time, since only the administrator may use the API.
 * The hash is base64 of 4 bytes of salt and SHA-256(salt, password).
 */
const loginScript = `users=$(${curl} --fail --max-time 5 '${apiUrl}/users?columns=name,password_hash' | tr '{' '\\n' |
  sed -n 's/.*"name":"\\([a-z0-9-]*\\)".*"password_hash":"\\([A-Za-z0-9+/]*\\)".*/\\1 \\2/p')
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

/** What is asked before and after the questions: a measurement may begin or end between them. */
const measuringScript = `measuring() {
  [ ! -e ${benchLock} ] || flock --shared --nonblock ${benchLock} true || echo measuring
}`;

/**
 * Everything inside the broker in one round of requests. Nothing listens, no curl or no password yet: absent, so that
 * `apply` can start and fill a broker that is stopped. It listens but does not answer: unknown.
 */
const script = `${measuringScript}
command -v curl >/dev/null || exit 0
[ -r ${secretsFolder}/${curlConfig} ] || exit 0
measuring
code=0
answers=$(${curl} --max-time 5 --fail-early --write-out '\\n%{http_code}\\n' ${questions.map((path) => `'${apiUrl}/${path}'`).join(' ')}) || code=$?
case $code in
  0) printf '%s\\n' "$answers" ;;
  7) exit 0 ;; # connection refused
  *) echo "the broker listens but does not answer (curl's exit code $code)" >&2; exit 1 ;;
esac
measuring
${loginScript}`;

export function objectFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, ...objectKinds);
  if (own.length === 0) return [];
  return [{ keys: own, command: raw(script), parse: (output) => parseObjects(output, own) }];
}

/** Readings of all keys, and of every user, permission and policy that the broker has beyond them. */
export function parseObjects(output: string, keys: readonly string[]): Readings {
  const readings = allAbsent(keys);
  const printed = output.split('\n').filter((line) => line !== '');
  const lines = printed.filter((line) => line !== 'measuring');
  const answers = questions.map((question, index) => ({
    question,
    body: lines[2 * index],
    status: lines[2 * index + 1],
  }));
  if (lines.length === 0 || answers.some(({ status }) => status === refused)) return readings;
  for (const { question, body = '', status } of answers) {
    if (status === undefined) throw new Error('the answer of the broker was cut off');
    if (status !== '200') throw new Error(`/api/${question}: HTTP ${status}: ${body.slice(0, 200)}`);
  }
  const [users = '', vhosts = '', permissions = '', policies = '', queues = ''] = answers.map(({ body }) => body);
  const found = [
    ...readUsers(users),
    ...readVhosts(vhosts),
    ...readPermissions(permissions),
    ...readPolicies(policies),
    // A queue that nobody wants stays: it may hold jobs, and it need not be ours.
    ...readQueues(queues).filter(([key]) => readings.has(key)),
    ...readLogins(lines.slice(2 * questions.length)).filter(([key]) => readings.has(key)),
  ];
  const inUse = printed.includes('measuring') ? objectsOfBench : [];
  for (const [key, text] of found) if (!inUse.includes(key)) readings.set(key, value(text));
  return readings;
}

type Found = [key: string, text: string];

const usersSchema = z.array(z.object({ name: z.string(), tags: z.array(z.string()) }));
const readUsers = (json: string): Found[] =>
  usersSchema.parse(JSON.parse(json)).map(({ name, tags }) => [`user/${name}`, tagsText(tags)]);

/** 3.10 says `"undefined"`, which means classic. */
const vhostsSchema = z.array(
  z.object({
    name: z.string(),
    default_queue_type: z.string().default('undefined'),
  }),
);

/** What a benchmark has while it measures, and leaves where its host dies meanwhile: then it is drift. */
const objectsOfBench: readonly string[] = [`user/${benchName}`, `vhost/${benchName}`];

/** Ours, and the one that RabbitMQ makes by default; others are somebody else's. */
const readVhosts = (json: string): Found[] =>
  vhostsSchema
    .parse(JSON.parse(json))
    .filter(({ name }) => [vhost, benchName, '/'].includes(name))
    .map(({ name, default_queue_type: type }) => [`vhost/${name}`, vhostText(type === 'undefined' ? 'classic' : type)]);

const permissionsSchema = z.array(
  z.object({ user: z.string(), vhost: z.string(), configure: z.string(), write: z.string(), read: z.string() }),
);
const readPermissions = (json: string): Found[] =>
  permissionsSchema
    .parse(JSON.parse(json))
    .filter((permission) => permission.vhost === vhost)
    .map((permission) => [`permission/${permission.user}`, permissionText(permission)]);

const policiesSchema = z.array(
  z.object({
    name: z.string(),
    vhost: z.string(),
    pattern: z.string(),
    'apply-to': z.string(),
    priority: z.number(),
    definition: z.record(z.string(), z.unknown()),
  }),
);
const readPolicies = (json: string): Found[] =>
  policiesSchema
    .parse(JSON.parse(json))
    .filter((policy) => policy.vhost === vhost)
    .map((policy) => [`policy/${policy.name}`, policyText(policy)]);

const queuesSchema = z.array(
  z.object({
    name: z.string(),
    vhost: z.string(),
    durable: z.boolean(),
    arguments: z.record(z.string(), z.unknown()).or(z.array(z.never())),
  }),
);
const readQueues = (json: string): Found[] =>
  queuesSchema
    .parse(JSON.parse(json))
    .filter((queue) => queue.vhost === vhost)
    .map((queue) => {
      const type = new Map(Object.entries(queue.arguments)).get('x-queue-type') ?? 'classic';
      return [`queue/${queue.name}`, `${String(type)} ${queue.durable ? 'durable' : 'transient'}`];
    });

const readLogins = (lines: readonly string[]): Found[] =>
  lines.flatMap((line): Found[] => {
    const [, user = '', outcome = ''] = /^login (\S+) (works|refuses)$/.exec(line) ?? [];
    return user === '' ? [] : [[`login/${user}`, outcome === 'works' ? loginText : 'refused: another password']];
  });
