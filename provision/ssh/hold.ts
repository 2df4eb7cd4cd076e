import { EventEmitter, on } from 'node:events';
import { PassThrough } from 'node:stream';
import { HostError } from '../../lib/errors.ts';
import { type Command, raw, sh } from '../../lib/shell.ts';
import type { Host } from './host.ts';
import { inTime } from './in-time.ts';

/** Something that a host keeps for as long as we are connected and do not let go of it. */
export interface Held extends AsyncDisposable {
  /**
   * Returns the next thing that the program says: one of its words, and the rest of the line. Throws HostError
   * HOST_SILENT if it says nothing in time, HOST_HOLDS_NOT if it has ended; then it is let go.
   */
  next(): Promise<{ readonly word: string; readonly rest: string }>;
  /** Lets go, and waits until the program has ended. Rejects if it failed, or if the host is lost. */
  end(): Promise<void>;
}

/** `undoes`: it undoes what it did at the end of its input, and must have the time for that. Others are stopped. */
export interface Program extends Command {
  readonly undoes?: true;
}

/** Seconds between two signs of life: a lost connection is noticed this soon, and what was held is free. */
export const heartbeatSeconds = 5;

/**
 * Ends a program that holds something: it says this line again and again until nobody listens. Descriptor 9, the lock,
 * is not for the sleep, which would hold it for longer than the shell.
 */
export const whileHeardSay = (line: string): Command =>
  raw(`while echo "${line}"; do sleep ${heartbeatSeconds} 9>&- >/dev/null 2>&1; done`);

/** Seconds. A program that hears nothing for this long ends: the operator's machine is gone. */
export const silenceSeconds = 60;

/**
 * A program that makes something, and undoes it in a trap when it ends. It ends at the end of its input, which is also
 * what a lost connection looks like, or when no sign of life comes.
 *
 * bash, because only its `read` has a timeout; Debian always has bash. `--norc`, because Debian's bash reads
 * /etc/bash.bashrc if it finds that sshd runs it, and that file fails under -u.
 */
export const untilSilence = (script: string): Program => ({
  ...sh`exec bash --norc -euc ${`${script}\nwhile read -r -t ${silenceSeconds} _; do :; done`}`,
  undoes: true,
});

/**
 * Starts a program that takes something, says so by a line that begins with one of `words`, and ends when we let go or
 * the connection dies. Any other line, such as those of a login shell, counts for nothing. `what` is it in words.
 */
export function hold(host: Host, program: Program, words: readonly string[], what: string): Held {
  const released = new AbortController();
  const said = new EventEmitter<{ line: [string] }>();
  const lines = on(said, 'line');
  const isWord = (line: string): boolean => words.includes(line.split(' ')[0] ?? '');
  const onLine = (line: string): boolean => isWord(line) && said.emit('line', line);
  const input = program.undoes && new PassThrough();
  const signsOfLife = input && setInterval(() => input.write('\n'), heartbeatSeconds * 1000);
  const running = host.follow(program, onLine, released.signal, input);
  const ended = running.then(() => {
    throw new HostError('HOST_HOLDS_NOT', `${host.name}: no answer to ${what}: the program ended`);
  });
  // How it ended is for whoever waits for a line.
  ended.catch(() => undefined);
  const letGo = (): void => {
    clearInterval(signsOfLife);
    if (input) input.end();
    else released.abort();
  };
  return {
    async next() {
      try {
        const { value } = await inTime(Promise.race([lines.next(), ended]), host, what);
        const [word = '', ...rest] = String(value).split(' ');
        return { word, rest: rest.join(' ') };
      } catch (error) {
        // Not waited for: a host that said nothing may not end it either.
        letGo();
        throw error;
      }
    },
    async end() {
      letGo();
      await running;
    },
    async [Symbol.asyncDispose]() {
      letGo();
      await running.catch(() => undefined);
    },
  };
}
