import type { Text } from '../../lib/text.ts';
import type { CheckContext } from '../check.ts';
import type { Parts } from './parts.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

/** Fields of federation upstreams and shovels that show where messages go. All other fields stay on the host. */
const linkFields =
  'name|vhost|component|uri|src-uri|dest-uri|src-queue|dest-queue|src-exchange|dest-exchange|src-protocol|dest-protocol|queue|exchange';

/**
 * Prints one object per line, only with the fields above, and only scheme, host and port of each URI: user, password
 * and query are removed on the host. If a query contains an `@`, more is removed than necessary. The first line counts
 * the objects, so that an object that was not understood is noticed.
 */
const linkScript = String.raw`links() {
  answer=$("$@") || return
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

const answers = ['users', 'permissions', 'nodes', 'policies', 'queues'] as const;

export const broker = question(
  'broker',
  `${linkScript}
part listening ss -Hltn 'sport = :5672 or sport = :15672 or sport = :4369 or sport = :25672'
if command -v curl >/dev/null && [ -n "$(${asRoot('brokerLogin')} 2>/dev/null)" ]; then
${answers.map((name) => `  part ${name} ${asRoot(name)}`).join('\n')}
  part federation-upstream links ${asRoot('upstreams')}
  part shovel links ${asRoot('shovels')}
else missing ${answers[0]}; fi
clusterLines() { sed -n -E '/^[[:space:]]*(cluster_formation|log\\.syslog|log\\.exchange)/{s#://[^/@]*@#://…@#;/password|secret/!p;}' "$1"; }
for path in /etc/rabbitmq/rabbitmq.conf /etc/rabbitmq/conf.d/*.conf; do [ ! -r "$path" ] || part "$path" clusterLines "$path"; done
advanced() { grep -oE '(amqps?|https?)://[^"]*' "$1" | sed -E 's#://(.*@)?([^/?]*).*#://\\2#' || true; }
[ ! -r /etc/rabbitmq/advanced.config ] || part /etc/rabbitmq/advanced.config advanced /etc/rabbitmq/advanced.config`,
);

/** Why there is nothing to say about a broker on this host. Null if there is a broker. */
export function noBroker(parts: Parts, { host }: CheckContext): Text | null {
  if (host.roles.includes('broker') || parts.need('listening').trim() !== '') return null;
  return { nb: 'Verten har ingen meldingstjener (RabbitMQ).', en: 'The host has no broker (RabbitMQ).' };
}
