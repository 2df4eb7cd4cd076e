import { type Command, raw } from '../../../lib/shell.ts';

/**
 * apt's own wait (`DPkg::Lock::Timeout`) covers only dpkg's locks, not those of the lists and the archives, and does
 * not say who holds them. So we wait ourselves and name the process. The kernel knows it: `/proc/locks` has the process
 * and the inode of every lock.
 */
const locks = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
];

/** Waits until no other program installs packages. Fails after `seconds`, and names the program that still does. */
export function waitForLocks(seconds: number): Command {
  return raw(`lock_holder() {
  for lock in ${locks.join(' ')}; do
    [ -e "$lock" ] || continue
    holder=$(awk -v inode="$(stat -c %i "$lock")" '
      $3 == "ADVISORY" { n = split($6, place, ":"); if (place[n] == inode) { print $5; exit } }' /proc/locks)
    [ -n "$holder" ] || continue
    name=$(cat "/proc/$holder/comm" 2>/dev/null) || name='outside of this container'
    echo "$lock is held by process $holder ($name)"
    return
  done
}
waited=0
while held=$(lock_holder) && [ -n "$held" ]; do
  if [ "$waited" -ge ${seconds} ]; then
    echo "another program has been installing packages for more than ${seconds} seconds: $held; wait for it or stop it, then deploy again" >&2
    exit 1
  fi
  [ "$waited" -gt 0 ] || echo "waiting: $held"
  waited=$((waited + 1))
  sleep 1
done`);
}
