import { type Command, lines, raw, sh } from '../../../lib/shell.ts';
import { administrator } from '../../../platform/contract/permissions.ts';
import { vhost } from '../../../platform/contract/topology.ts';
import { type Change, changesOf, keysOf, kindOf, nameOf, type Settings } from '../../engine/setting.ts';
import type { RunStep } from '../../engine/step.ts';
import { apiFunction } from './api.ts';
import { benchName, secretsFolder } from './names.ts';
import { objectPrefixes, parsePermission, queueArguments, tagsOf, vhostText } from './objects.ts';

/** Changes users, permissions, policies and queues to what is wanted, through the broker's own HTTP API. */
export function objectSteps(changes: readonly Change[], wanted: Settings): RunStep[] {
  const own = changesOf(changes, ...objectPrefixes);
  if (own.length === 0) return [];
  const commands = [...creations(own, wanted), ...removals(own)];
  return [
    {
      kind: 'run',
      title: titleOf(own),
      command: lines(apiFunction, functions, raw('ensure_administrator'), ...commands),
      timeoutMs: 300_000,
    },
  ];
}

function titleOf(changes: readonly Change[]): string {
  const names = [...new Set(changes.map(({ key }) => `${kindOf(key)} ${nameOf(key)}`))];
  const shown = names.slice(0, 3).join(', ');
  return `set up the broker: ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

function creations(changes: readonly Change[], wanted: Settings): Command[] {
  const named = (...of: string[]): Change[] =>
    changes.filter((change) => change.to !== null && of.includes(kindOf(change.key)));
  const users = [...new Set(named('user', 'login').map(({ key }) => nameOf(key)))];
  return [
    ...named('vhost').map(({ to }) => vhostCommand(to ?? '')),
    // A broker makes this user on its first start, so no earlier reading could show it.
    ...(named('vhost').length > 0 ? [sh`api DELETE users/guest </dev/null`] : []),
    ...users.map((user) => sh`put_user ${user} ${tagsOf(wanted.get(`user/${user}`) ?? '')}`),
    ...named('permission').map((change) => permissionCommand(change)),
    ...named('exchange').map((change) => exchangeCommand(change)),
    ...named('policy').map((change) => put(`policies/${vhost}/${nameOf(change.key)}`, change.to ?? '')),
    ...named('queue').map((change) => queueCommand(change)),
    ...[...named('binding'), ...lostBindings(changes, wanted)].map((change) => bindingCommand(change)),
  ];
}

/** The bindings of queues and exchanges that are recreated. The broker deletes them with the old ones. */
function lostBindings(changes: readonly Change[], wanted: Settings): Change[] {
  const recreated = changesOf(changes, 'exchange', 'queue').filter(({ from, to }) => from !== null && to !== null);
  const isLost = (exchange = '', queue = ''): boolean =>
    recreated.some(({ key }) => key === `exchange/${exchange}` || key === `queue/${queue}`);
  return keysOf(wanted.keys(), 'binding')
    .filter((key) => isLost(...nameOf(key).split('/')) && !changes.some((change) => change.key === key))
    .map((key) => ({ key, from: null, to: wanted.get(key) ?? null }));
}

const put = (path: string, body: string): Command => sh`printf '%s' ${body} | api PUT ${path}`;

const vhostCommand = (text: string): Command =>
  put(`vhosts/${vhost}`, text === vhostText('quorum') ? '{"default_queue_type":"quorum"}' : '{}');

const permissionCommand = ({ key, to }: Change): Command =>
  put(`permissions/${vhost}/${nameOf(key)}`, JSON.stringify(parsePermission(to ?? '')));

/** Type and arguments of a queue cannot be changed. A queue with others is recreated, but only if it is empty. */
function queueCommand({ key, from, to }: Change): Command {
  const path = `queues/${vhost}/${nameOf(key)}`;
  const create = put(path, JSON.stringify({ durable: true, arguments: queueArguments(to ?? '') }));
  if (from === null) return create;
  return lines(sh`remove_if_empty ${path} ${`the queue ${nameOf(key)} is ${from}`}`, create);
}

/** An exchange's type cannot be changed. It holds no jobs, so one of another type is recreated. */
function exchangeCommand({ key, from }: Change): Command {
  const path = `exchanges/${vhost}/${nameOf(key)}`;
  const create = put(path, '{"type":"direct","durable":true}');
  return from === null ? create : lines(sh`api DELETE ${path} </dev/null`, create);
}

/** Deletes the routing keys that are not wanted, and makes the wanted one, which may exist already. */
function bindingCommand({ key, from, to }: Change): Command {
  const [exchange = '', queue = ''] = nameOf(key).split('/');
  const path = `bindings/${vhost}/e/${encodeURIComponent(exchange)}/q/${encodeURIComponent(queue)}`;
  const stale = (from ?? '').split(' ').filter((routing) => routing !== '' && routing !== to);
  return lines(
    ...stale.map((routing) => sh`api DELETE ${`${path}/${encodeURIComponent(routing)}`} </dev/null`),
    ...(to === null ? [] : [sh`printf '%s' ${JSON.stringify({ routing_key: to })} | api POST ${path}`]),
  );
}

function removals(changes: readonly Change[]): Command[] {
  const gone = changes.filter(({ to }) => to === null);
  const ofKind = (kind: string): string[] => changesOf(gone, kind).map(({ key }) => nameOf(key));
  const escaped = encodeURIComponent;
  return [
    ...ofKind('permission').map((user) => sh`api DELETE ${`permissions/${vhost}/${escaped(user)}`} </dev/null`),
    ...ofKind('user').map((user) => sh`api DELETE ${`users/${escaped(user)}`} </dev/null`),
    ...ofKind('policy').map((policy) => sh`api DELETE ${`policies/${vhost}/${escaped(policy)}`} </dev/null`),
    ...ofKind('exchange').map((exchange) => sh`api DELETE ${`exchanges/${vhost}/${escaped(exchange)}`} </dev/null`),
    ...changesOf(gone, 'binding').map(bindingCommand),
    // Its queue holds random bytes and nobody's jobs.
    ...(ofKind('vhost').includes(benchName) ? [sh`api DELETE ${`vhosts/${benchName}`} </dev/null`] : []),
    // Ours is deleted only with the broker's data. The default one is deleted unless somebody has queues in it.
    ...(ofKind('vhost').includes('/') ? [raw('remove_default_vhost')] : []),
  ];
}

const functions = raw(`put_user() {
  IFS= read -r password < ${secretsFolder}/"$1" || [ -n "$password" ]
  printf '{"password":"%s","tags":"%s"}' "$password" "$2" | api PUT "users/$1"
}
remove_if_empty() {
  if ! outcome=$(api DELETE "$1?if-empty=true" </dev/null 2>&1); then
    echo "$2 and not empty, so it was left alone; empty it or delete it by hand, then apply again: $outcome" >&2
    exit 1
  fi
}
remove_default_vhost() {
  queues=$(api GET 'queues/%2F?columns=name' </dev/null)
  if [ "$queues" != '[]' ]; then
    echo "the virtual host / has queues, so it was left alone; move them or delete it by hand, then apply again: $queues" >&2
    exit 1
  fi
  api DELETE 'vhosts/%2F' </dev/null
}
# A new broker, or one that has another password for the administrator: the one change that needs rabbitmqctl. (With
# standard input in place of the file it hangs on Debian 13.) The import goes on after it has returned.
ensure_administrator() {
  ! (api GET 'users?columns=name' </dev/null) >/dev/null 2>&1 || return 0
  definitions=$(mktemp /run/jernverk-definitions.XXXXXX)
  trap 'rm -f "$definitions"' EXIT
  IFS= read -r password < ${secretsFolder}/${administrator} || [ -n "$password" ]
  printf '{"users":[{"name":"${administrator}","password":"%s","tags":["administrator"]}]}' "$password" > "$definitions"
  chown rabbitmq "$definitions"
  LC_ALL=C.UTF-8 timeout 60 rabbitmqctl --quiet import_definitions "$definitions" </dev/null
  tries=50
  until (api GET 'users?columns=name' </dev/null) >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { api GET 'users?columns=name' </dev/null; exit 1; }
    sleep 0.2
  done
  rm -f "$definitions"
}`);
