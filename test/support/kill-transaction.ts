import { raw, sh } from '../../lib/shell.ts';
import type { Host } from '../../provision/ssh/host.ts';

/** Whom to kill: dpkg, apt, the shell that started it, or sshd's process of that session. */
export type Victim = 'dpkg' | 'apt-get' | 'shell' | 'sshd';

const config = '/etc/dpkg/dpkg.cfg.d/killer';
const program = '/usr/local/bin/killer';

/**
 * Makes dpkg's own log of what it does (`status-logger`) kill them all with SIGKILL at the first line that begins like
 * this. `begun` is not a line but a moment: apt has started and dpkg has not changed anything.
 */
export async function killAt(host: Host, line: string, victims: readonly Victim[]): Promise<void> {
  // Field 6 of stat is the session, whose leader is the shell that sshd started.
  const script = `#!/bin/sh
field() { sed 's/^.*) //' "/proc/$1/stat" | cut -d ' ' -f "$2"; }
shell=$(field $$ 4)
sshd=$(field "$shell" 2)
pid=$$
while [ "$pid" -gt 1 ]; do
  case $(cat "/proc/$pid/comm") in dpkg) dpkg=$pid ;; apt-get) apt=$pid ;; esac
  pid=$(field "$pid" 2)
done
while read -r line; do
  case $line in ${sh`${line}`.script}*)
    rm -f ${config}
    for victim in ${victims.join(' ')}; do
      case $victim in dpkg) kill -9 "$dpkg" ;; apt-get) kill -9 "$apt" ;; shell) kill -9 "$shell" ;; sshd) kill -9 "$sshd" ;; esac
    done
    exit 0 ;;
  esac
done
`;
  await host.run(sh`printf '%s' ${script} > ${program}
chmod 755 ${program}
echo ${`status-logger=${program}`} > ${config}`);
}

/** Whether the moment has come, so that nobody will be killed any more. */
export const hasKilled = (host: Host): Promise<boolean> => host.test(raw(`[ ! -e ${config} ]`));
