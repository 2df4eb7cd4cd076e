#!/bin/sh
# slot WORKER NUMBER: runs one worker container for supervisord. It knows the container's image, user, memory and stop
# time, from the SLOT_ variables of the program group. What the slot itself needs is in a file that only the slot reads.
#
# The container runs detached and this program waits for it through Docker's API. So it costs a shell and a curl where
# an attached `docker run` costs 30 MB, and the job in the container goes on when dockerd or supervisord restarts: the
# slot that starts again finds its container by name and waits on. A stop signal becomes `docker stop`, which kills
# the container after the drain time, so that none is ever left behind.
set -eu
# Nothing of systemd's or supervisord's environment counts: DOCKER_HOST may name another Docker, root's ~/.docker too.
if [ "${HOME:-}" != /nonexistent ]; then
  # shellcheck disable=SC2046 # each assignment is a word
  exec env -i HOME=/nonexistent PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    $(env | grep '^SLOT_[A-Z_]*=') /bin/sh "$0" "$@"
fi
worker=$1
slot=$1_$2
name=$slot-$SLOT_REVISION
folder=/run/jernverk/slots/$name
settings=/etc/jernverk/workers/$worker-$SLOT_REVISION.json
credential=/etc/jernverk/secrets/rabbitmq/$worker.$SLOT_REVISION
door=/run/jernverk/doors/$worker

stopping=no
child=
trap 'stopping=yes; [ -z "$child" ] || kill "$child" 2>/dev/null || :' TERM INT

# A trap runs only between commands, or while `wait` waits: so everything long runs beside this shell. A signal that
# came before the child's number was known has killed nothing.
beside() {
  "$@" & child=$!
  [ "$stopping" = no ] || kill "$child" 2>/dev/null || :
  wait "$child" && code=0 || code=$?
  child=
  return "$code"
}
api='curl -q --noproxy localhost --silent --unix-socket /run/docker.sock'
runs() { $api "http://localhost/containers/$name/json" | grep -q '"Running":true'; }

# A container that Docker cannot remove right now must not keep the slot's name.
remove() {
  docker rm --force "$name" >/dev/null 2>&1 || docker rename "$name" "$name.$(date +%s)" 2>/dev/null || :
}

# Waiting is no failure: a slot must not end up FATAL while the rest of the host comes up.
told=
while [ "$stopping" = no ]; do
  if ! $api --fail --output /dev/null http://localhost/_ping; then reason='Docker does not answer'
  elif ! [ -e "$credential" ]; then reason="the secret $credential is missing"
  elif ! [ -e "$settings" ]; then reason="the settings $settings are missing"
  elif ! [ -S "$door/broker.sock" ]; then reason="the socket $door/broker.sock is missing"
  else break; fi
  [ "$reason" = "$told" ] || echo "waiting: $reason"
  told=$reason
  beside sleep 1 || :
done
[ "$stopping" = no ] || exit 0

if runs; then
  echo "found $name running"
else
  remove
  # What a worker writes there must not fill /run, and root acts on nothing that is in it.
  while mountpoint --quiet "$folder"; do umount --lazy "$folder"; done
  rm -rf "$folder"
  mkdir -p "$folder"
  mount -t tmpfs -o "size=256k,nr_inodes=32,mode=0755,uid=${SLOT_USER%:*},gid=${SLOT_USER#*:},nosuid,nodev,noexec" \
    jernverk-slot "$folder"
  # The slots of all workers together weigh less than the broker: see jernverk-slots.slice.
  slice=
  case $($api http://localhost/info) in
    *'"CgroupDriver":"systemd"'*) slice='--cgroup-parent jernverk-slots.slice' ;;
  esac
  # A secret that is replaced is another file, and the mount keeps the old one: the number tells the two apart.
  stat -c %i "$credential" > "$folder.secret"
  # Its warnings (a kernel without memory limits) are for the audit, not for the log of each start.
  # shellcheck disable=SC2086 # an option and its value, or nothing
  errors=$(docker run --detach --name "$name" --pull never \
    --label jernverk.group="$worker-$SLOT_REVISION" --label jernverk.worker="$worker" --label jernverk.slot="$slot" \
    --read-only --tmpfs /tmp:rw,noexec,nosuid,nodev,size=64m \
    --cap-drop ALL --security-opt no-new-privileges --user "$SLOT_USER" --network none --init \
    --memory "$SLOT_MEMORY" --memory-swap "$SLOT_MEMORY" --pids-limit 256 $slice \
    --ulimit nofile=8192 --ulimit core=0 --ulimit fsize=2147483648 \
    --stop-signal TERM --stop-timeout "$SLOT_DRAIN" \
    --log-driver journald --log-opt "tag=$slot" \
    --mount "type=bind,src=$folder,dst=/run/jernverk/slot" \
    --mount "type=bind,src=$door,dst=/run/jernverk/broker,readonly" \
    --mount "type=bind,src=$credential,dst=/run/secrets/broker,readonly" \
    --mount "type=bind,src=$settings,dst=/run/jernverk/settings.json,readonly" \
    --mount "type=bind,src=/var/lib/jernverk/files/$worker,dst=/files" \
    "$SLOT_IMAGE" /run/jernverk/settings.json "$slot" 2>&1 >/dev/null) || { echo "$errors"; exit 1; }
fi

answer=/run/jernverk/slots/$name.exit
# The answer comes when the container ends: {"StatusCode":0}. Without one, Docker restarts or the stop signal came.
# It dies with this shell: systemd starts a crashed supervisord again when nothing of the old one is left.
wait_for_end="setpriv --pdeathsig KILL $api --output $answer --request POST http://localhost/containers/$name/wait"
# shellcheck disable=SC2086 # the words of a command
until beside $wait_for_end; do
  if [ "$stopping" = yes ]; then
    docker stop --time "$((SLOT_DRAIN + 5))" "$name" >/dev/null 2>&1 || :
    $wait_for_end && break
    sleep 0.5
  else
    beside sleep 0.5 || :
  fi
done
code=$(sed -n 's/.*"StatusCode":\([0-9]*\).*/\1/p' "$answer")
rm -f "$answer"
remove
umount --lazy "$folder" 2>/dev/null || :
[ "$stopping" = no ] || exit 0
echo "the container ended by itself with code ${code:-unknown}"
# Counted by switch-release: a release that ends again and again is not waited for.
echo "${code:-unknown}" >> "/run/jernverk/slots/$name.ended"
exit "${code:-1}"
