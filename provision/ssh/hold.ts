import { EventEmitter, on } from 'node:events';
import { HostError } from '../../lib/errors.ts';
import { type Command, raw } from '../../lib/shell.ts';
import type { Host } from './host.ts';
import { inTime } from './in-time.ts';

/** Something that a host keeps for as long as we are connected and do not let go of it. */
export interface Held extends AsyncDisposable {
  /**
   * Returns the next thing that the program says: one of its words, and the rest of the line. Throws HostError
   * HOST_SILENT if it says nothing in time, HOST_HOLDS_NOT if it has ended; then it is let go.
   */
  next(): Promise<{ readonly word: string; readonly rest: string }>;
}

/** Seconds between two signs of life: a lost connection is noticed this soon, and what was held is free. */
export const heartbeatSeconds = 5;

/**
 * Ends a program that holds something: it says this line again and again until nobody listens. Descriptor 9, the lock,
 * is not for the sleep, which would hold it for longer than the shell.
 */
export const whileHeardSay = (line: string): Command =>
  raw(`while echo "${line}"; do sleep ${heartbeatSeconds} 9>&- >/dev/null 2>&1; done`);

/**
 * Starts a program that takes something, says so by a line that begins with one of `words`, and ends when we let go or
 * the connection dies. Any other line, such as those of a login shell, counts for nothing. `what` is it in words.
 */
export function hold(host: Host, program: Command, words: readonly string[], what: string): Held {
  const released = new AbortController();
  const said = new EventEmitter<{ line: [string] }>();
  const lines = on(said, 'line');
  const isWord = (line: string): boolean => words.includes(line.split(' ')[0] ?? '');
  const running = host.follow(program, (line) => isWord(line) && said.emit('line', line), released.signal);
  const ended = running.then(() => {
    throw new HostError('HOST_HOLDS_NOT', `${host.name}: no answer to ${what}: the program ended`);
  });
  // How it ended is for whoever waits for a line.
  ended.catch(() => undefined);
  return {
    async next() {
      try {
        const { value } = await inTime(Promise.race([lines.next(), ended]), host, what);
        const [word = '', ...rest] = String(value).split(' ');
        return { word, rest: rest.join(' ') };
      } catch (error) {
        // Not waited for: a host that said nothing may not end it either.
        released.abort();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      released.abort();
      await running.catch(() => undefined);
    },
  };
}
