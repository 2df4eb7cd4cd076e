import { apiUrl, curl } from '../../provision/rabbitmq/api.ts';
import { curlConfig, secretsFolder } from '../../provision/rabbitmq/names.ts';
import type { CheckContext } from '../check.ts';
import type { Text } from '../text.ts';
import type { Parts } from './parts.ts';
import { question } from './question.ts';

/** Fields of federation upstreams and shovels that tell where messages go. Everything else stays on the host. */
const linkFields =
  'name|vhost|component|uri|src-uri|dest-uri|src-queue|dest-queue|src-exchange|dest-exchange|src-protocol|dest-protocol|queue|exchange';

/**
 * One object a line, only with the fields above, and of each URI only scheme, host and port: user, password and query
 * are cut out on the host. Where a query holds an `@`, more is cut than need be. The first line counts the objects, so
 * that one which was not understood is missed.
 */
const linkScript = String.raw`links() {
  answer=$(ask "$1") || return
  printf 'objects %s\n' "$(printf %s "$answer" | grep -o '"component":"' | wc -l)"
  printf '%s\n' "$answer" | sed 's/},{/}\n{/g' | awk '{
    rest = $0; line = ""
    while (match(rest, /"(${linkFields})":("([^"\\]|\\.)*"|\[[^]]*\])/)) {
      line = line (line == "" ? "" : ",") substr(rest, RSTART, RLENGTH)
      rest = substr(rest, RSTART + RLENGTH)
    }
    if (line != "") print "{" line "}"
  }' | sed -E 's#://([^"]*@)?([^/?"]*)[^"]*#://\2#g'
}`;

/** The path of `curl` stands first, so that one line of sudoers allows each. */
const askScript = `ask() { root ${curl} --fail --max-time 2 "${apiUrl}/$1"; }`;

/** Columns are named: no hash of a password leaves the host. */
const api = {
  users: 'users?columns=name,tags',
  permissions: 'permissions',
  nodes: 'nodes?columns=name,running',
  policies: 'policies?columns=name,vhost,pattern,apply-to,priority,definition',
  queues: 'queues?columns=name,vhost,arguments,policy&disable_stats=true&enable_queue_totals=true',
} as const;
const linkKinds = ['parameters/federation-upstream', 'parameters/shovel'] as const;

/** Every request of the audit to the broker, for the list of sudo commands. */
export const brokerPaths: readonly string[] = [...Object.values(api), ...linkKinds];
export const brokerCommand = (path: string): string => `${curl} --fail --max-time 2 ${apiUrl}/${path}`;

export const broker = question(
  'broker',
  `${askScript}
${linkScript}
part listening ss -Hltn 'sport = :5672 or sport = :15672 or sport = :4369 or sport = :25672'
if command -v curl >/dev/null && [ "$(root stat -c %s ${secretsFolder}/${curlConfig} 2>/dev/null)" ]; then
${Object.entries(api)
  .map(([name, path]) => `  part ${name} ask '${path}'`)
  .join('\n')}
${linkKinds.map((path) => `  part ${path.split('/')[1]} links ${path}`).join('\n')}
else missing ${Object.keys(api)[0]}; fi
clusterLines() { sed -n -E '/^[[:space:]]*(cluster_formation|log\\.syslog|log\\.exchange)/{s#://[^/@]*@#://…@#;/password|secret/!p;}' "$1"; }
for path in /etc/rabbitmq/rabbitmq.conf /etc/rabbitmq/conf.d/*.conf; do [ ! -r "$path" ] || part "$path" clusterLines "$path"; done
advanced() { grep -oE '(amqps?|https?)://[^"]*' "$1" | sed -E 's#://(.*@)?([^/?]*).*#://\\2#' || true; }
[ ! -r /etc/rabbitmq/advanced.config ] || part /etc/rabbitmq/advanced.config advanced /etc/rabbitmq/advanced.config`,
);

/** Why there is nothing to say about a broker on this host; null where there is one. */
export function noBroker(parts: Parts, { host }: CheckContext): Text | null {
  if (host.roles.includes('broker') || parts.need('listening').trim() !== '') return null;
  return { nb: 'Verten har ingen kømegler (RabbitMQ).', en: 'The host has no broker (RabbitMQ).' };
}
