import { type Command, lines, raw } from '../../../lib/shell.ts';
import { waitForLocks } from './apt-locks.ts';
import { addedPath } from './record.ts';
import { lockWaitSeconds } from './transaction.ts';

/** Refuses, and names the packages, if packages that others have installed since would be removed with ours. */
export function purgeAdded(waitSeconds = lockWaitSeconds): Command {
  return lines(
    waitForLocks(waitSeconds),
    raw(`export DEBIAN_FRONTEND=noninteractive LC_ALL=C
[ -e ${addedPath} ] || exit 0
ours=$(dpkg-query --show --showformat '\${Package}\\n' | grep -Fx -f ${addedPath}) || exit 0
others=$(apt-get --simulate purge $ours | sed -n 's/^\\(Purg\\|Remv\\) \\([^ ]*\\) .*/\\2/p' | grep -vFx -f ${addedPath} || true)
if [ -n "$others" ]; then
  echo "these packages need ours and would be removed with them:" $others "; remove them first" >&2
  exit 1
fi
apt-get --yes -o DPkg::Lock::Timeout=${waitSeconds} -o Dpkg::Use-Pty=0 -qq purge $ours`),
  );
}
