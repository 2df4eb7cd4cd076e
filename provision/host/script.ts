import { quote } from '../command.ts';

/** How a script travels: a short command line for the SSH request, and the bytes that go first on standard input. */
export interface Invocation {
  readonly commandLine: string;
  readonly payload: Buffer;
}

const environment = [
  'export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'umask 022',
  'cd /',
].join('; ');

/** First line of standard error: the remote shell's process id, so that a timeout can end its process group. */
export const pidLine = /^jernverk-pid (\d+)\n/;

/**
 * Linux limits one argument to 128 KiB, so the script travels on standard input, ahead of the command's own input.
 * It travels as a function: a script that was cut off on its way does not parse, and then nothing of it runs. `head -c`
 * reads no byte too many (it asks for at most what is left), so the rest is the command's own.
 */
export function invocation(script: string, sudo: boolean): Invocation {
  const payload = Buffer.from(`__jernverk() {\n:\n${script}\n}`);
  const bootstrap = `${environment}; echo "jernverk-pid $$" >&2; eval "$(head -c ${payload.length})"; __jernverk`;
  const shell = `sh -euc ${quote(bootstrap)}`;
  return { commandLine: sudo ? `exec sudo -n -- ${shell}` : `exec ${shell}`, payload };
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
