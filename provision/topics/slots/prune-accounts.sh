#!/bin/sh
# prune-accounts: removes what belongs to slots that are gone: broker accounts and secrets of every revision without a
# program group. It works from what it finds, so an interrupted run is finished by the next, and a release that was given
# up leaves nothing behind.
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
# WORKER.REVISION goes with its group.
in_use() { case $groups in *" ${1%.*}-${1##*.} "*) return 0 ;; *) return 1 ;; esac; }
is_account() { printf '%s\n' "$1" | grep -qE '^[a-z][a-z0-9-]*\.[0-9a-f]{8}$'; }

api() {
  curl -q --noproxy localhost,127.0.0.1 --silent --show-error --fail --max-time 60 --config "$secrets/curl.conf" --request "$1" "http://127.0.0.1:15672/api/$2"
}
users() { api GET 'users?columns=name' | grep -o '"name":"[^"]*"' | cut -d '"' -f 4; }
if [ -r "$secrets/curl.conf" ] && systemctl is-active --quiet rabbitmq-server.service; then
  for account in $(users); do
    if ! is_account "$account" || in_use "$account"; then continue; fi
    echo "removing the account $account"
    api DELETE "users/$account" >/dev/null
  done
fi
for secret in "$secrets"/*; do
  [ -e "$secret" ] || continue
  name=${secret##*/}
  if ! is_account "$name" || in_use "$name"; then continue; fi
  rm -f "$secret"
done
