import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { type Command, sh } from '../lib/shell.ts';
import type { Host } from '../provision/ssh/host.ts';
import { inTime } from '../provision/ssh/in-time.ts';

/** Seconds. A host that hears nothing for this long undoes its changes: the operator's machine is gone. */
export const patience = 60;
const signOfLifeMs = 10_000;

/**
 * A script that makes something on the host and undoes it in a trap when it ends. It ends at the end of its standard
 * input, which is also what a lost connection looks like, or when no sign of life comes.
 *
 * bash, because only its `read` has a timeout; Debian always has bash. `--norc`, because Debian's bash reads
 * /etc/bash.bashrc if it finds that sshd runs it, and that file fails under -u.
 */
export const holderCommand = (options: '-uc' | '-euc', script: string): Command =>
  sh`exec bash --norc ${options} ${`${script}\necho ready\nwhile read -r -t ${patience} _; do :; done`}`;

/** A running holder. */
export interface Holder {
  /**
   * Ends the script, which undoes what it did. Rejects if the undo fails, if the script failed earlier, or if the host
   * is lost.
   */
  end(): Promise<void>;
}

/** Resolves when everything is made. Rejects as the command does if that fails. */
export async function startHolder(host: Host, command: Command): Promise<Holder> {
  const input = new PassThrough();
  const said = new EventEmitter<{ ready: [] }>();
  const ready = once(said, 'ready');
  // A host may print other lines first. Only this one means that everything is made.
  const onLine = (line: string): boolean => line === 'ready' && said.emit('ready');
  const holding = host.run(command, { input, timeoutMs: Number.POSITIVE_INFINITY, onLine });
  // `end` reports how the command ended.
  holding.catch(() => undefined);
  const alive = setInterval(() => input.write('\n'), signOfLifeMs);
  try {
    await inTime(Promise.race([ready, holding]), host, 'what is held during the measurement');
  } catch (error) {
    clearInterval(alive);
    // The script sees the end of its input and undoes what it did.
    input.end();
    throw error;
  }
  return {
    async end() {
      clearInterval(alive);
      input.end();
      await holding;
    },
  };
}
