import { randomBytes } from 'node:crypto';
import { quote } from '../../lib/shell.ts';

/** How a script is sent: a short command line for the SSH request, and the bytes that go first on standard input. */
export interface Invocation {
  readonly commandLine: string;
  readonly payload: Buffer;
  /**
   * Known to this call only. The script's output is what comes between two of them; the rest is from the login shell.
   */
  readonly boundary: string;
}

/** The whole environment of a script, regardless of what /etc/environment, sshd or a startup file set. */
const environment = [
  'LC_ALL=C',
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  // So no .curlrc, no .docker/config.json with a context or a proxy, and no .erlang is read.
  'HOME=/nonexistent',
].join(' ');

/**
 * Linux limits one argument to 128 KiB, so the script is sent on standard input, ahead of the command's own input. It
 * is sent as a function: a truncated script does not parse, and then none of it runs. `head -c` does not read too many
 * bytes (it asks for at most the number left), so the rest is the command's own input. A startup file that reads
 * standard input takes the beginning of it. Then the length or the first line is wrong, and nothing runs.
 *
 * Standard error begins with the boundary and the shell's process id. Standard output begins with the boundary when the
 * whole script has arrived. Both end with it, unless the script was killed, became another program or has its own EXIT
 * trap.
 *
 * Any login shell works: there is no quote, no backslash (fish), no `!` and no line end (csh) between the single
 * quotes.
 */
export function invocation(script: string, sudo: boolean): Invocation {
  const boundary = `jernverk-${randomBytes(16).toString('hex')}`;
  const payload = Buffer.from(`: ${boundary}
unset script
trap 'printf %s ${boundary} 2>/dev/null || :; printf %s ${boundary} >&2 2>/dev/null || :' EXIT
__jernverk() {
:
${script}
}`);
  const bootstrap = [
    `echo "${boundary} $$" >&2`,
    'umask 022',
    'cd /',
    `script=$(head -c ${payload.length})`,
    `case "\${#script} $script" in "${payload.length} : ${boundary}"*) ;; *) exit 1 ;; esac`,
    `echo ${boundary}`,
    'eval "$script"',
    '__jernverk',
  ].join('; ');
  const shell = `/usr/bin/env -i ${environment} sh -euc ${quote(bootstrap)}`;
  return { commandLine: sudo ? `exec sudo -n -- ${shell}` : `exec ${shell}`, payload, boundary };
}

/**
 * Ends the process group of a script's shell. It sends SIGTERM first, and with `insist` SIGKILL after 3 seconds.
 * Without `insist` the processes have as long as they need to clean up.
 */
export const stopScript = (pid: number, insist: boolean): string =>
  [
    // dash understands `kill -s TERM -- -GROUP`, not `kill -TERM -- -GROUP`. The fifth field is the process group
    // (proc(5)). The second, the name, is `(sh)` here and contains no space.
    'group_of() { cut -d " " -f 5 "/proc/$1/stat"; }',
    `group=$(group_of ${pid}) || exit 0`,
    '[ "$group" != "$(group_of $$)" ] || exit 1',
    'kill -s TERM -- "-$group" || exit 0',
    ...(insist ? insistence : []),
  ].join('\n');

const insistence = [
  'tries=30; while kill -s 0 -- "-$group" && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done',
  'kill -s KILL -- "-$group" || :',
];
