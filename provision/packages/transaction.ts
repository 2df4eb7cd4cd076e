import { type Command, lines, raw, sh } from '../command.ts';
import { stateFolder } from '../places.ts';
import { waitForLocks } from './apt-locks.ts';
import { heldBack, providers } from './list.ts';
import { addedPath, recordVersions } from './record.ts';

/** How long another apt, such as the first boot's unattended-upgrades, may hold the lock. */
export const lockWaitSeconds = 300;

/** Nobody answers questions here: keep changed configuration files, take the default elsewhere, restart nothing else. */
const unattended = raw(
  `export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 LC_ALL=C`,
);
const keepConfiguration = '--force-confdef --force-confold';

const policy = '/usr/sbin/policy-rc.d';

/**
 * Packages start their services as soon as they are unpacked, RabbitMQ and epmd on all addresses. Debian's policy
 * script forbids that (101) for as long as this transaction lives; a policy that was there before comes back.
 */
const noServiceStarts = raw(`restore_policy() {
  rm -f ${policy}
  [ ! -e ${policy}.before-jernverk ] || mv ${policy}.before-jernverk ${policy}
}
if [ -e ${policy} ] && ! grep -q jernverk ${policy}; then mv ${policy} ${policy}.before-jernverk; fi
trap restore_policy EXIT
trap 'exit 1' HUP INT TERM
printf '%s\\n' '#!/bin/sh' '# jernverk: services start when they are configured' "kill -0 $$ 2>/dev/null || exit 0" 'exit 101' > ${policy}
chmod 755 ${policy}`);

/** Finishes what a killed dpkg left half done, and takes away the policy script of a killed transaction. */
export function finishInterrupted(waitSeconds = lockWaitSeconds): Command {
  return lines(
    unattended,
    waitForLocks(waitSeconds),
    noServiceStarts,
    raw(`dpkg ${keepConfiguration} --configure -a || echo 'dpkg could not finish alone; apt fetches what is missing'
apt-get --yes --fix-broken --no-remove --no-install-recommends -o DPkg::Lock::Timeout=${waitSeconds} -qq install`),
  );
}

/** Above this there is room for all packages together (measured: 0.6 GB with their downloads). */
const roomForAll = 1_500_000;

/**
 * One apt transaction for all packages. Fails before it starts, with the reason, when another apt does not finish,
 * when there is no room, or when apt would have to remove something.
 */
export function install(names: readonly string[], waitSeconds = lockWaitSeconds): Command {
  const wanted = names.map((name) => providers.get(name) ?? name);
  const fetch = '-o Acquire::Languages=none -o Acquire::Retries=3';
  const apt = `apt-get --yes --no-install-recommends --no-remove -o DPkg::Lock::Timeout=${waitSeconds} -o Dpkg::Use-Pty=0`;
  const options = '-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold';
  return lines(
    unattended,
    waitForLocks(waitSeconds),
    noServiceStarts,
    raw(`# A source of somebody else's may be out of order; whether Debian's is, the install shows.
update() { apt-get ${fetch} -o APT::Update::Error-Mode=any -qq update || echo 'apt-get update had errors; going on with the lists that are there' >&2; }
run_apt() { ${apt} ${options} ${fetch} -qq install ${sh`${wanted}`.script}; }
before=$(dpkg-query --show --showformat '\${Package}\\n' | sort)
# apt moves fetched lists out of this folder, so its change time is the time of the last update by anyone.
if [ -z "$(find /var/lib/apt/lists/partial -cmin -1440 2>/dev/null)" ] || ! apt-cache show --no-all-versions ${sh`${wanted}`.script} >/dev/null 2>&1; then update; fi`),
    checkRoom(wanted),
    maskBefore(names),
    raw(`# A list from before a point release names files that the mirror no longer has.
run_apt || { update && run_apt; }
mkdir -p ${stateFolder}
for name in $(dpkg-query --show --showformat '\${Package}\\n' | sort); do
  case "
$before
" in *"
$name
"*) ;; *) echo "$name" ;; esac
done >> ${addedPath}`),
    holdBack(names),
    recordVersions,
  );
}

/** Asks apt for its estimate only where room is scarce: that takes most of a second. */
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
 * While apt runs, units that packages enable are masked: the power may go before they are off again, and then they would
 * start at boot, RabbitMQ open to all. A topic unmasks its units when it turns them on.
 */
function maskBefore(names: readonly string[]): Command {
  return onNewUnits(names, raw('[ -z "$off" ] || systemctl --quiet mask $off 2>/dev/null'));
}

/** Newly installed services stay off, a reboot included, until their own topic has configured and enabled them. */
function holdBack(names: readonly string[]): Command {
  return onNewUnits(
    names,
    raw(`if [ -n "$off" ]; then
  systemctl --quiet unmask $off
  systemctl --quiet disable $off 2>/dev/null
fi`),
  );
}

/** The command with the units of those packages that were not there before in `$off`. */
function onNewUnits(names: readonly string[], command: Command): Command {
  const checks = names.flatMap((name) =>
    (heldBack.get(name) ?? []).length === 0
      ? []
      : [`case "$before" in *"\n${name}\n"*) ;; *) off="$off ${heldBack.get(name)?.join(' ')}" ;; esac`],
  );
  if (checks.length === 0) return raw('');
  return lines(
    raw(`off=
before="
$before
"
${checks.join('\n')}`),
    command,
  );
}
