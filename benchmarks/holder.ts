import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { type Command, sh } from '../lib/shell.ts';
import type { Host } from '../provision/ssh/host.ts';
import { inTime } from '../provision/ssh/in-time.ts';

/** Seconds. A host that hears nothing for so long puts its things in order: the operator's machine is gone. */
export const patience = 60;
const signOfLifeMs = 10_000;

/**
 * A script that makes something on the host, and undoes it in a trap when it ends: at the end of its standard input,
 * which comes too when the connection is lost, and when no sign of life comes.
 *
 * bash, since only its `read` gives up after a time; Debian always has it. Debian's bash reads /etc/bash.bashrc where it
 * finds itself run by sshd, and that file fails under -u.
 */
export const holderCommand = (options: '-uc' | '-euc', script: string): Command =>
  sh`exec bash --norc ${options} ${`${script}\necho ready\nwhile read -r -t ${patience} _; do :; done`}`;

/** A holder at work. */
export interface Holder {
  /** Lets it undo what it did. Rejects where that failed, where it had failed before, or where the host is lost. */
  end(): Promise<void>;
}

/** Resolves when all is made, and rejects as the command does where that fails. */
export async function startHolder(host: Host, command: Command): Promise<Holder> {
  const input = new PassThrough();
  const said = new EventEmitter<{ ready: [] }>();
  const ready = once(said, 'ready');
  // Whatever else a host prints first, nothing is made yet.
  const onLine = (line: string): boolean => line === 'ready' && said.emit('ready');
  const holding = host.run(command, { input, timeoutMs: Number.POSITIVE_INFINITY, onLine });
  // How it ended is heard at the end.
  holding.catch(() => undefined);
  const alive = setInterval(() => input.write('\n'), signOfLifeMs);
  try {
    await inTime(Promise.race([ready, holding]), host, 'what is held during the measurement');
  } catch (error) {
    clearInterval(alive);
    // The script hears the end, and undoes what it did.
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
