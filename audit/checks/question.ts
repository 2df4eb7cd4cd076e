import { raw } from '../../lib/shell.ts';
import type { Question } from '../check.ts';

/**
 * A question is a script for dash that prints parts: a line `=== name exit-code`, then the output with each line
 * indented by two spaces, so that no content can pass itself off as a part. The last part is `end`: an answer without
 * it was cut off.
 */

/** Exit code of a part whose file or program is not on the host. None of the programs here uses it otherwise. */
export const notThere = 44;
export const lastPart = 'end';

/**
 * - `root COMMAND…`: as root; with sudo if the audit logs in as somebody else. Only what `root-commands.ts` lists.
 * - `part NAME COMMAND…`, `tool NAME COMMAND…`, `rtool NAME COMMAND…`: one part. `tool` reports a missing program;
 *   `rtool` does so for a command that begins with `root`.
 * - `hidden NAME COMMAND… &&`: for a file that only root can see. The command prints something if the file exists.
 * - `file PATH…`: the existing files, each a part named by its path. `shown` removes credentials from URLs and the
 *   values of keys that sound like secrets before the answer leaves the host. It may remove too much.
 */
const preamble = `PATH=$PATH:/usr/sbin:/sbin
uid=$(id -u)
root() { if [ "$uid" -eq 0 ]; then "$@"; else sudo -n -- "$@"; fi; }
as() { account=$1; shift; if [ "$uid" -eq 0 ]; then runuser -u "$account" -- "$@"; else sudo -n -u "$account" -- "$@"; fi; }
part() {
  part=$1; shift
  text=$("$@"); code=$?
  printf '=== %s %s\\n' "$part" "$code"
  [ -z "$text" ] || printf '%s\\n' "$text" | sed 's/^/  /'
}
hidden() {
  name=$1; shift
  found=$("$@"); code=$?
  [ "$code" -eq 0 ] || { printf '=== %s %s\\n' "$name" "$code"; return 1; }
  [ -n "$found" ] || { missing "$name"; return 1; }
}
missing() { printf '=== %s ${notThere}\\n' "$1"; }
tool() { if command -v "$2" >/dev/null; then part "$@"; else missing "$1"; fi; }
rtool() { if command -v "$3" >/dev/null; then part "$@"; else missing "$1"; fi; }
shown() {
  sed -E 's#://[^[:space:]"]*@#://***@#g
s/((pass|pwd|secret|token|api_?key)[a-z_-]*"?[[:space:]]*[=:][[:space:]]*"?)[^",[:space:]]+/\\1***/Ig' "$@"
}
file() { for path in "$@"; do if [ -e "$path" ]; then part "$path" shown "$path"; else missing "$path"; fi; done; }
`;

export const question = (name: string, script: string): Question => ({
  name,
  command: raw(`${preamble}${script}\nprintf '=== ${lastPart} 0\\n'`),
});
