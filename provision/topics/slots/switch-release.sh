#!/bin/sh
# switch-release RELEASE PATIENCE [GROUP=SLOTS…]: makes these the program groups that run, and no others.
#
# New groups start beside the old ones. When every slot of theirs is healthy, the release is current and the old groups
# drain and go. If one does not get healthy within PATIENCE seconds, the new groups go and the old ones were never
# touched. It works from what it finds, so after a power cut or a lost connection the next run brings either end.
# Without groups all drain and go, and release "none" leaves no record.
set -eu
release=$1 patience=$2
shift 2
started=$(date +%s)
configs=/etc/supervisor/conf.d
slots=/run/jernverk/slots
releases=/var/lib/jernverk/releases
settings=/etc/jernverk/workers

exec 9> /run/jernverk/switch.lock
flock 9

wanted=
for pair; do wanted="$wanted ${pair%=*}"; done
is_wanted() { case " $wanted " in *" $1 "*) ;; *) return 1 ;; esac; }

# supervisord's XML-RPC over its socket: starting supervisorctl costs a quarter of a second each time.
rpc() {
  method=$1 parameters=
  shift
  for value; do parameters="$parameters<param><value>$value</value></param>"; done
  curl -q --noproxy localhost --silent --show-error --max-time 60 --unix-socket /run/supervisor.sock --header 'Content-Type: text/xml' \
    --data "<methodCall><methodName>supervisor.$method</methodName><params>$parameters</params></methodCall>" \
    http://localhost/RPC2
}
text() { echo "<string>$1</string>"; }
without_waiting='<boolean>0</boolean>'

running() { rpc getAllProcessInfo | grep -A 1 '<name>group</name>' | sed -n 's/.*<string>\(.*\)<\/string>.*/\1/p'; }

# Groups of ours that supervisord runs or has a file for: a name, a dash, 8 hex digits.
ours() {
  {
    running
    for config in "$configs"/jernverk-*.conf; do
      [ -e "$config" ] || continue
      group=${config##*/jernverk-}
      echo "${group%.conf}"
    done
  } | grep -E '^[a-z][a-z0-9-]*-[0-9a-f]{8}$' | sort -u
}

# Their slots stop taking jobs all at once; a group can be removed when the last of its slots has drained.
retire() {
  [ $# -gt 0 ] || return 0
  for group; do
    rm -f "$configs/jernverk-$group.conf"
    rpc stopProcessGroup "$(text "$group")" "$without_waiting" >/dev/null
  done
  sync "$configs"
  rpc reloadConfig >/dev/null
  for group; do
    echo "draining $group"
    while :; do
      case $(rpc removeProcessGroup "$(text "$group")") in
        # Between its end and its next start a process counts as stopped: a stop that meets it there changes nothing.
        *STILL_RUNNING*) rpc stopProcessGroup "$(text "$group")" "$without_waiting" >/dev/null; sleep 0.2 ;;
        *'<boolean>1'* | *BAD_NAME*) break ;;
        *) echo "supervisord did not remove the group $group" >&2; return 1 ;;
      esac
    done
    docker ps --all --quiet --filter "label=jernverk.group=$group" | xargs -r docker rm --force >/dev/null
    for folder in "$slots/${group%-*}"_[0-9][0-9]-"${group##*-}"; do
      while mountpoint --quiet "$folder"; do umount --lazy "$folder"; done
      rm -rf "$folder"
    done
    rm -f "$slots/${group%-*}"_[0-9][0-9]-"${group##*-}".* "$settings/$group.json"
  done
}

# A slot is healthy when it consumes or works and gave a sign of life in the last 15 seconds. The worker can write
# there: a link is not followed, and a pipe is not waited for.
healthy() {
  status=$(dd if="$1/status.json" iflag=nofollow,nonblock bs=4096 count=1 status=none 2>/dev/null) || return 1
  case $status in *'"state":"consuming"'* | *'"state":"busy"'*) ;; *) return 1 ;; esac
  beat=${status##*\"beat\":}
  beat=${beat%%[!0-9]*}
  case $beat in 0*) return 1 ;; esac # dash ends where a number such as 08 is reckoned with
  [ $(($(date +%s%3N) - ${beat:-0})) -lt 15000 ]
}

# Folders of the wanted slots, from the pairs GROUP=SLOTS.
folders() {
  for pair; do
    group=${pair%=*} number=0
    while [ "$number" -lt "${pair#*=}" ]; do
      printf '%s/%s_%02d-%s\n' "$slots" "${group%-*}" "$number" "${group##*-}"
      number=$((number + 1))
    done
  done
}

# Takes away the groups that have an old group of the same worker to go back to. Without one there is nothing to
# protect, and the slots may still recover.
give_up() {
  folder=$2
  slot=${folder##*/}
  failed=
  for group in $wanted; do
    for other in $(ours); do
      if [ "${other%-*}" = "${group%-*}" ] && ! is_wanted "$other"; then failed="$failed $group"; break; fi
    done
  done
  # shellcheck disable=SC2086 # each name is a word
  retire $failed
  echo "release $release: $1.${failed:+ Its slots were taken away again, and the release before goes on.}" >&2
  journalctl --quiet --no-pager --output=cat --lines=12 --since="@$started" --identifier="${slot%-*}" | sed "s/^/${slot%-*}: /" >&2
  exit 1
}

wait_until_healthy() {
  deadline=$(($(date +%s) + patience))
  for folder in $(folders "$@"); do
    until healthy "$folder"; do
      if [ -e "$folder.ended" ] && [ "$(wc -l < "$folder.ended")" -ge 3 ]; then
        give_up "slot ${folder##*/} ended three times" "$folder"
      fi
      if [ "$(date +%s)" -ge "$deadline" ]; then
        give_up "slot ${folder##*/} was not healthy within $patience seconds" "$folder"
      fi
      sleep 0.1
    done
  done
}

# With one bad file supervisord reads none of them, and does not start any more.
refuse_bad_files() {
  refused=$(rpc reloadConfig | tr '\n' ' ' | sed -n 's/.*<string>\(CANT_REREAD.*\)<\/string>.*/\1/p')
  [ -n "$refused" ] || return 0
  known=$(running)
  for group in $wanted; do printf '%s\n' "$known" | grep -qFx "$group" || rm -f "$configs/jernverk-$group.conf" "$settings/$group.json"; done
  sync "$configs"
  rpc reloadConfig >/dev/null
  echo "release $release: supervisord refused its files, which were taken away again; the release before goes on. It said: $refused" >&2
  exit 1
}

record() {
  mkdir -p "$releases"
  {
    echo "$release"
    if [ -e "$releases/history" ]; then grep -vx "$release" "$releases/history" || :; fi
  } > "$releases/.history"
  echo "$release" > "$releases/.current"
  sync "$releases/.history" "$releases/.current"
  mv "$releases/.history" "$releases/history"
  mv "$releases/.current" "$releases/current"
  sync "$releases"
}

if [ $# -gt 0 ]; then
  for folder in $(folders "$@"); do rm -f "$folder.ended"; done
  refuse_bad_files
  # shellcheck disable=SC2086 # each name is a word
  supervisorctl update $wanted
  for group in $wanted; do rpc startProcessGroup "$(text "$group")" "$without_waiting" >/dev/null; done
  wait_until_healthy "$@"
fi
[ "$release" = none ] || record
old=
for group in $(ours); do is_wanted "$group" || old="$old $group"; done
# shellcheck disable=SC2086 # each name is a word
retire $old
for group in $(ours); do
  is_wanted "$group" || { echo "the group $group is still there" >&2; exit 1; }
done
