import { randomBytes } from 'node:crypto';
import { quote } from '../../lib/shell.ts';

/** How a script travels: a short command line for the SSH request, and the bytes that go first on standard input. */
export interface Invocation {
  readonly commandLine: string;
  readonly payload: Buffer;
  /** Known to this call only. What stands between two of it is the script's output; all else is the login shell's. */
  readonly boundary: string;
}

/** All that a script finds in its environment, whatever /etc/environment, sshd or a startup file set. */
const environment = [
  'LC_ALL=C',
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  // No .curlrc, no .docker/config.json with a context or a proxy, no .erlang.
  'HOME=/nonexistent',
].join(' ');

/**
 * Linux limits one argument to 128 KiB, so the script travels on standard input, ahead of the command's own input.
 * It travels as a function: a script that was cut off on its way does not parse, and then nothing of it runs. `head -c`
 * reads no byte too many (it asks for at most what is left), so the rest is the command's own. A startup file that reads
 * standard input takes the beginning: then length or first line is wrong, and nothing runs.
 *
 * Standard error begins with the boundary and the shell's process id, standard output with the boundary once the script
 * has arrived whole. Both end with it unless the script was killed, became another program or has its own EXIT trap.
 *
 * The login shell may be any: between the single quotes stands no quote, no backslash (fish), no `!` and no line end (csh).
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
 * Ends the process group that a script's shell belongs to: asks first, and with `insist` makes it end after 3 seconds.
 * Without, what takes longer to put its things in order has the time.
 */
export const stopScript = (pid: number, insist: boolean): string =>
  [
    // dash understands `kill -s TERM -- -GROUP`, not `kill -TERM -- -GROUP`. The fifth field is the process group (proc(5)); the second, the name, is `(sh)` here and holds no space.
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
