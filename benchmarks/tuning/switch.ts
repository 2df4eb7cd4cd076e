import { type Command, lines, raw, sh } from '../../lib/shell.ts';
import { type Program, untilSilence } from '../../provision/ssh/hold.ts';
import type { Group, Side } from './groups.ts';

/** The kernel lists all choices and puts the current one in brackets. Fields are separated by tabs. */
const functions = raw(`now() { sed 's/.*\\[\\(.*\\)\\].*/\\1/' "$1" | tr -s '[:blank:]' ' '; }
put() {
  echo "$2" > "$1"
  [ "$(now "$1")" = "$2" ] || { echo "$1 is $(now "$1") after $2 was written to it" >&2; return 1; }
}`);

/** Writes a group's values of one side into the running kernel, and reads each one back to check it. */
export const switchCommand = (group: Group, side: Side): Command =>
  lines(functions, ...group.writes[side].map(({ path, text }) => sh`put ${path} ${text}`));

/** Every file that a switch of this group changes, including those that the kernel changes as a side effect. */
export const touched = (group: Group): string[] => [
  ...new Set([...group.writes.A, ...group.writes.B].map(({ path }) => path)),
];

/** Prints the current values of these files, one per line. */
export const readCommand = (paths: readonly string[]): Command =>
  lines(functions, ...paths.map((path) => sh`echo ${path} "$(now ${path})"`));

/**
 * A program that remembers the values of these files and restores them all. Exits with 1 if it could not, and prints
 * what is wrong. A power cut needs nothing: after a boot the values come from the kernel topic's own files.
 */
export function holdCommand(paths: readonly string[]): Program {
  return untilSilence(`${functions.script}
paths=(${sh`${paths}`.script})
declare -A before
for path in "\${paths[@]}"; do before[$path]=$(now "$path"); done
give_back() {
  left=0
  for path in "\${paths[@]}"; do
    # Of dirty bytes and dirty ratio the one that does not count reads 0, and cannot be written so.
    case "$path=\${before[$path]}" in */dirty_*=0) continue ;; esac
    put "$path" "\${before[$path]}" || left=1
  done
  for path in "\${paths[@]}"; do
    [ "$(now "$path")" = "\${before[$path]}" ] || { echo "$path is $(now "$path"), was \${before[$path]}" >&2; left=1; }
  done
  return $left
}
close() {
  trap '' TERM HUP INT
  give_back || exit 1
  exit 0
}
trap '' PIPE
trap close EXIT
trap 'exit 143' TERM HUP INT
echo ready`);
}
