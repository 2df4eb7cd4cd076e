import { type Command, raw, sh } from '../../../lib/shell.ts';
import type { Settings } from '../setting.ts';
import { goodCopy, recordOf, watchedBy } from './loaded.ts';

interface Start {
  readonly unit: string;
  readonly wanted: Settings;
  /** Starts or restarts the unit so that it runs with the files as they are now. */
  readonly start: Command;
  /** Prints what the unit logged since the second in `$began` about why it does not start. */
  readonly said?: Command;
}

const journal = (unit: string): Command =>
  sh`journalctl --quiet --no-pager --output=cat --unit=${unit} --since="@$began" | grep -iE 'error|fail|invalid|unable|cannot|unknown' | tail -n 5`;

/**
 * Starts a unit that reads files of Jernverk. If the unit refuses them, the files of its last good start are restored
 * and it runs with those. A refused configuration must not stay, because then nothing runs and the next start fails,
 * too. The command fails with what the unit logged. A unit that never ran has no files to go back to.
 */
export function startLoaded({ unit, wanted, start, said = journal(unit) }: Start): Command {
  const good = goodCopy(unit);
  return sh`began=$(date +%s)
start() { systemctl reset-failed ${unit} 2>/dev/null || :; ${raw(start.script)}
}
runs() { systemctl is-active --quiet ${unit} && sha256sum --check --status ${recordOf(unit)} 2>/dev/null; }
if told=$( (start) 2>&1); then exit 0; fi
# systemctl only says where to look.
said=$(printf '%s\n' "$told" | grep -vE '^(Job for|See "|$)' || :; ${raw(said.script)}) || :
back=
for path in ${watchedBy(unit, wanted)}; do
  if [ ! -d ${good} ] || cmp -s ${good}"$path" "$path"; then continue; fi
  back="$back $path"
  if [ ! -e ${good}"$path" ]; then rm -f "$path"; continue; fi
  cp -p ${good}"$path" "$path.jernverk-new"
  sync "$path.jernverk-new"
  mv -f "$path.jernverk-new" "$path"
done
if [ -z "$back" ]; then
  echo ${unit}" does not start with its current configuration. It said: $said" >&2
  exit 1
fi
systemctl daemon-reload
if runs || (start) >/dev/null 2>&1; then echo ${unit}" refused its new configuration and runs with the one before, which was put back:$back. It said: $said" >&2
else echo ${unit}" refused its new configuration, and does not start with the one before either, which was put back:$back. It said: $said" >&2
fi
exit 1`;
}
