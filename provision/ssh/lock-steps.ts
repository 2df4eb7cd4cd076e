import { type Command, raw, sh } from '../../lib/shell.ts';
import type { Host, Output, RunOptions } from './host.ts';

/**
 * A command on a host keeps running when its run is dead: apt does not notice that nobody listens. So each command that
 * may change the host leaves a note of its session before it starts (sshd begins a session for each command). Whoever
 * gets the lock next waits until no process of that session is left. An inherited lock would not work: a daemon that a
 * command starts would hold it forever, but it leaves the session, as daemons do.
 */
const notesFolder = '/run/jernverk-steps';

const defaultTimeoutMs = 600_000;

/**
 * Writes a note of one line: when the session's first process started, when the step's time is up, and what the step
 * is.
 */
const note = (
  what: string,
  timeoutMs: number,
): Command => sh`__field() { sed 's/^.*) //' "/proc/$1/stat" | cut -d ' ' -f "$2"; }
mkdir -p ${notesFolder}
__session=$(__field $$ 4)
echo "$(__field "$__session" 20) $(($(date +%s) + ${Math.ceil(timeoutMs / 1000)}))" ${what} > ${notesFolder}/"$__session"`;

/** Returns the same host, except that each `run` leaves a note with this holder's name for as long as it runs. */
export function notingHost(host: Host, holder: string): Host {
  return {
    name: host.name,
    run(command: Command, options: RunOptions = {}): Promise<Output> {
      const { title = 'a command', timeoutMs = defaultTimeoutMs } = options;
      return host.run(raw(`${note(`${title} (${holder})`, timeoutMs).script}\n${command.script}`), options);
    },
    capture: (command, options) => host.capture(command, options),
    test: (command, options) => host.test(command, options),
    follow: (...call) => host.follow(...call),
    close: () => host.close(),
    [Symbol.asyncDispose]: () => host.close(),
  };
}

/**
 * Prints "waits <what>" once a second while a step of an earlier run still runs. If its time is up, it is ended, as its
 * run would have done. A session's number is not reused while any process has it.
 */
export const awaitSteps =
  raw(`in_session() { cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\\([0-9]*\\) .*) \\([^Z]\\) /\\1 \\2 /p' | awk -v s="$1" '$5 == s { print $1 }'; }
for note in ${notesFolder}/*; do
  [ -e "$note" ] || continue
  session=\${note##*/}
  begun= limit=0 what=
  read -r begun limit what < "$note" || :
  [ ! -e "/proc/$session" ] || [ "$(sed 's/^.*) //' "/proc/$session/stat" | cut -d ' ' -f 20)" = "$begun" ] || session=
  while [ -n "$session" ] && pids=$(in_session "$session") && [ -n "$pids" ]; do
    echo "waits $what"
    now=$(date +%s)
    if [ "$now" -ge "$((limit + 3))" ]; then kill -s KILL $pids 2>/dev/null || :
    elif [ "$now" -ge "$limit" ]; then kill -s TERM $pids 2>/dev/null || :
    fi
    sleep 1 9>&- >/dev/null 2>&1
  done
  rm -f "$note"
done`);
