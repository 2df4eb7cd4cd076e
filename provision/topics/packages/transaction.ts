import { type Command, lines, raw, sh } from '../../../lib/shell.ts';
import { stateFolder } from '../../../platform/contract/places.ts';
import { waitForLocks } from './apt-locks.ts';
import { heldBack, providers } from './list.ts';
import { addedPath, recordVersions } from './record.ts';

/** Seconds that another apt may hold the lock, such as the first boot's unattended-upgrades. */
export const lockWaitSeconds = 300;

/**
 * Nobody answers questions here: keep changed configuration files, take the default elsewhere, restart nothing else.
 */
const unattended = raw(
  `export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 LC_ALL=C`,
);
const keepConfiguration = '--force-confdef --force-confold';

const policy = '/usr/sbin/policy-rc.d';
const policyBefore = `${policy}.before-jernverk`;

/**
 * The state before our transaction, written before its first change: a line "installed NAME" for each package, and a
 * line "masked UNIT" for each unit that we mask. It is deleted when the transaction is finished. So a run that was
 * killed at any point leaves it behind, and the next run finishes.
 */
export const transactionPath = `${stateFolder}/packages-transaction`;

/** Signs that a transaction was not finished. */
export const leftovers = [transactionPath, policyBefore] as const;

/**
 * Packages start their services as soon as they are unpacked, RabbitMQ and epmd on all addresses. Debian's policy
 * script forbids that (101) while this script lives. A policy that was there before is restored.
 */
const noServiceStarts = raw(`restore_policy() {
  if [ -e ${policyBefore} ]; then mv -f ${policyBefore} ${policy}
  elif grep -qs jernverk ${policy}; then rm -f ${policy}
  fi
}
if [ -e ${policy} ] && ! grep -q jernverk ${policy}; then
  cp -p ${policy} ${policyBefore}.new
  mv -f ${policyBefore}.new ${policyBefore}
fi
trap restore_policy EXIT
trap 'exit 1' HUP INT TERM
printf '%s\\n' '#!/bin/sh' '# jernverk: services start when they are configured' "kill -0 $$ 2>/dev/null || exit 0" 'exit 101' > ${policy}.new
chmod 755 ${policy}.new
mv -f ${policy}.new ${policy}`);

const ofRecord = (word: string): string => `sed -n 's/^${word} //p' ${transactionPath}`;

/** What a transaction does after apt is done, even if another run began it. */
const finish = lines(
  raw(`before=$(${ofRecord('installed')})
{
  [ ! -e ${addedPath} ] || cat ${addedPath}
  dpkg-query --show --showformat '\${Package}\\n' | grep -vFx "$before" || :
} | sort -u > ${addedPath}.new
sync ${addedPath}.new
mv -f ${addedPath}.new ${addedPath}
# Newly installed services stay off, a reboot included, until their own topic has configured and enabled them.
off=$(${ofRecord('masked')})
if [ -n "$off" ]; then
  systemctl --quiet unmask $off
  # One that never came is no failure.
  systemctl --quiet disable $off 2>/dev/null || for unit in $off; do systemctl --quiet disable "$unit" 2>/dev/null || :; done
fi`),
  recordVersions,
  raw(`rm -f ${transactionPath}
sync ${stateFolder}`),
);

/**
 * Finishes what a killed transaction left half done: dpkg's part, removals included, and then ours. Also finishes
 * somebody else's dpkg run.
 */
export function finishInterrupted(waitSeconds = lockWaitSeconds): Command {
  return lines(
    unattended,
    waitForLocks(waitSeconds),
    noServiceStarts,
    raw(`[ ! -e ${transactionPath} ] || systemctl --quiet mask $(${ofRecord('masked')}) 2>/dev/null || :
dpkg ${keepConfiguration} --configure -a || echo 'dpkg could not finish alone; apt fetches what is missing'
# What was being removed is removed: its package has no archive here that could bring it back.
leaving=$(dpkg-query --show --showformat '\${db:Status-Abbrev} \${Package}\\n' | sed -n 's/^[pr][HUFWt]. *//p')
[ -z "$leaving" ] || dpkg --purge $leaving || echo 'dpkg could not finish a removal alone'
apt-get --yes --fix-broken --no-remove --no-install-recommends -o DPkg::Lock::Timeout=${waitSeconds} -o Dpkg::Use-Pty=0 -qq install
if [ -e ${transactionPath} ]; then`),
    finish,
    raw('fi'),
  );
}

/** KB. With more than this free, there is room for all packages together (measured: 0.6 GB with their downloads). */
const roomForAll = 1_500_000;

/**
 * One apt transaction for all packages. Fails before it starts, with the reason, if another apt does not finish, if
 * there is no room, or if apt would have to remove something.
 */
export function install(names: readonly string[], waitSeconds = lockWaitSeconds): Command {
  const wanted = names.map((name) => providers.get(name) ?? name);
  const fetch = '-o Acquire::Languages=none -o Acquire::Retries=3';
  const apt = `apt-get --yes --no-install-recommends --no-remove -o DPkg::Lock::Timeout=${waitSeconds} -o Dpkg::Use-Pty=0`;
  const options = '-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold';
  return lines(
    unattended,
    waitForLocks(waitSeconds),
    raw(`# A source of somebody else's may be out of order; whether Debian's is, the install shows.
update() { apt-get ${fetch} -o APT::Update::Error-Mode=any -qq update || echo 'apt-get update had errors; going on with the lists that are there' >&2; }
run_apt() { ${apt} ${options} ${fetch} -qq install ${sh`${wanted}`.script}; }
# apt moves fetched lists out of this folder, so its change time is the time of the last update by anyone.
if [ -z "$(find /var/lib/apt/lists/partial -cmin -1440 2>/dev/null)" ] || ! apt-cache show --no-all-versions ${sh`${wanted}`.script} >/dev/null 2>&1; then update; fi`),
    checkRoom(wanted),
    begin(names),
    noServiceStarts,
    raw(`# A list from before a point release names files that the mirror no longer has.
run_apt || { update && run_apt; }`),
    finish,
  );
}

/** Asks apt for its estimate only if room is scarce, because that takes most of a second. */
function checkRoom(wanted: readonly string[]): Command {
  return raw(`free=$(df -Pk /var | awk 'NR == 2 { print $4 }')
if [ "$free" -lt ${roomForAll} ]; then
  needed=$(apt-get --assume-no --no-install-recommends install ${sh`${wanted}`.script} 2>&1 | awk '
    function kilobytes(number, unit) { gsub(",", "", number); return number * (unit == "GB" ? 1e6 : unit == "MB" ? 1e3 : unit == "B" ? 1e-3 : 1) }
    /^Need to get / { split($4, part, "/"); sum += kilobytes(part[1], $5 == "of" ? "kB" : $5) }
    /^After this operation, .* will be used/ { sum += kilobytes($4, $5) }
    END { printf "%d", sum }')
  if [ "$free" -lt "$needed" ]; then
    echo "no space: the packages need $((needed / 1000)) MB, /var has $((free / 1000)) MB free" >&2
    exit 1
  fi
fi`);
}

/**
 * Records durably what is there, and then masks the units that new packages would enable. The power may fail before
 * they are off again; unmasked, they would start at boot, with RabbitMQ open to all. A unit that somebody masked stays
 * masked.
 */
function begin(names: readonly string[]): Command {
  const held = names.flatMap((name) => (heldBack.get(name) ?? []).map((unit) => `${name}:${unit}`));
  return raw(`mkdir -p ${stateFolder}
before=$(dpkg-query --show --showformat 'installed \${Package}\\n')
{
  printf '%s\\n' "$before"
  for held in ${sh`${held}`.script}; do
    unit=\${held#*:}
    [ "$(readlink "/etc/systemd/system/$unit")" != /dev/null ] || continue
    printf '%s\\n' "$before" | grep -qFx "installed \${held%%:*}" || echo "masked $unit"
  done
} > ${transactionPath}.new
sync ${transactionPath}.new
mv -f ${transactionPath}.new ${transactionPath}
sync ${stateFolder}
off=$(${ofRecord('masked')})
[ -z "$off" ] || systemctl --quiet mask $off 2>/dev/null`);
}
