#!/bin/sh
# prune-accounts [GROUP…]: removes what belongs to slots that are gone: broker accounts and secrets of every revision
# without a program group. GROUPs are those that are wanted. It works from what it finds, so an interrupted run is finished
# by the next, and a release that was given up leaves nothing behind.
set -eu
configs=/etc/supervisor/conf.d
secrets=/etc/jernverk/secrets/rabbitmq

groups="$(for config in "$configs"/jernverk-*.conf; do
  [ -e "$config" ] || continue
  group=${config##*/jernverk-}
  echo "${group%.conf}"
done
[ ! -S /run/supervisor.sock ] || curl -q --noproxy localhost --silent --show-error --max-time 60 --unix-socket /run/supervisor.sock --header 'Content-Type: text/xml' \
  --data '<methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>' http://localhost/RPC2 |
  grep -A 1 '<name>group</name>' | sed -n 's/.*<string>\(.*\)<\/string>.*/\1/p')"
groups=" $(echo "$groups" | tr '\n' ' ') "
wanted=" $* "

# WORKER.REVISION goes with its group. The name alone is the account of a release from before there were accounts: it goes
# when the worker has no group but the wanted one.
in_use() {
  case $1 in
    *.*) case $groups in *" ${1%.*}-${1##*.} "*) return 0 ;; esac ;;
    *)
      for group in $groups; do
        [ "${group%-*}" = "$1" ] || continue
        case $wanted in *" $group "*) ;; *) return 0 ;; esac
      done
      ;;
  esac
  return 1
}
# Of the broker itself, or not a name that accounts have.
is_other() { case $1 in jernverk | enqueue | guest | curl.conf | *[!a-z0-9.-]*) return 0 ;; *) return 1 ;; esac; }

api() {
  curl -q --noproxy localhost,127.0.0.1 --silent --show-error --fail --max-time 60 --config "$secrets/curl.conf" --request "$1" "http://127.0.0.1:15672/api/$2"
}
accounts() {
  api GET 'users?columns=name' | grep -o '"name":"[^"]*"' | cut -d '"' -f 4 | grep -E '^[a-z][a-z0-9-]*\.[0-9a-f]{8}$' || :
  # Old accounts have the name of a queue that has a dead-letter queue.
  queues=$(api GET 'queues/jernverk?columns=name&disable_stats=true' | grep -o '"name":"[^"]*"' | cut -d '"' -f 4)
  for user in $(api GET 'users?columns=name' | grep -o '"name":"[^"]*"' | cut -d '"' -f 4); do
    if echo "$queues" | grep -qFx "$user" && echo "$queues" | grep -qFx "$user.dead"; then echo "$user"; fi
  done
}
if [ -r "$secrets/curl.conf" ] && systemctl is-active --quiet rabbitmq-server.service; then
  for account in $(accounts); do
    if is_other "$account" || in_use "$account"; then continue; fi
    echo "removing the account $account"
    api DELETE "users/$account" >/dev/null
  done
fi
for secret in "$secrets"/*; do
  [ -e "$secret" ] || continue
  name=${secret##*/}
  if is_other "$name" || in_use "$name"; then continue; fi
  rm -f "$secret"
done
