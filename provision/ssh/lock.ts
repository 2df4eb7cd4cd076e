import { EventEmitter, once } from 'node:events';
import { HostError } from '../../lib/errors.ts';
import { raw, sh } from '../../lib/shell.ts';
import type { Host } from './host.ts';
import { inTime } from './in-time.ts';
import { awaitSteps, notingHost } from './lock-steps.ts';

/** Who holds a host and why, as shown to the next one who wants it. */
export interface LockHolder {
  readonly who: string;
  readonly purpose: string;
  readonly since: Date;
}

/** A lock on a host until this is disposed. */
export interface Lock extends AsyncDisposable {
  /** The host, to be used for changes. Each `run` leaves a note there, so that the next holder waits for its end. */
  readonly host: Host;
}

/** Seconds between two heartbeats of the holder. A lost connection frees the lock within this time. */
const heartbeatSeconds = 5;

/**
 * Takes the host for one writer until the lock is disposed.
 *
 * The lock is an flock of a process at the other end of this run's own connection, so it cannot outlive the run. A
 * cancelled deploy, a dead laptop or a reboot frees it, and nobody has to remove a stale file by hand. A step of a dead
 * run may still be running then. It is waited for, and `onWait` is called with a message that names it.
 *
 * Throws HostError HOST_BUSY or HOST_SILENT.
 */
export async function lockHost(
  host: Host,
  holder: LockHolder,
  onWait: (message: string) => void = () => undefined,
): Promise<Lock> {
  const released = new AbortController();
  const lines = new EventEmitter<{ line: [string] }>();
  // Anything else that a host prints first is ignored.
  const hear = (line: string): boolean => /^(held|busy|waits) /.test(line) && lines.emit('line', line);
  const next = async (): Promise<string> => {
    const [line] = await once(lines, 'line');
    return String(line);
  };
  let hearing = next();
  const held = host.follow(lockCommand(holder), hear, released.signal);
  const ended = held.then(() => Promise.reject(new Error('the lock ended before it was held')));
  let told = '';
  for (;;) {
    const word = inTime(Promise.race([hearing, ended]), host, 'the question whether the host is free');
    const answer = await word.catch((error: unknown) => {
      released.abort();
      throw error;
    });
    const [state, ...rest] = answer.split(' ');
    const detail = rest.join(' ');
    if (state === 'held') return lockOf(host, holder, detail, released, held);
    if (state === 'busy') {
      await held.catch(() => undefined);
      throw new HostError('HOST_BUSY', `${host.name} is held by another run: ${detail}`, {
        hint: 'wait until it has ended; the lock goes away by itself when that run or its connection dies',
      });
    }
    if (told !== detail)
      onWait(`${host.name}: a step of an earlier run is still at work: ${detail}; waiting for its end`);
    told = detail;
    hearing = next();
  }
}

function lockOf(host: Host, holder: LockHolder, pid: string, released: AbortController, held: Promise<unknown>): Lock {
  return {
    host: notingHost(host, describe(holder)),
    async [Symbol.asyncDispose]() {
      // If the connection is gone, so is the lock. The work until then did not fail because of that.
      await host.run(sh`kill ${pid} 2>/dev/null || true`).catch(() => undefined);
      released.abort();
      await held.catch(() => undefined);
    },
  };
}

const describe = ({ who, purpose, since }: LockHolder): string => `${who}, ${purpose}, since ${since.toISOString()}`;

/** Returns who holds the host now, as `lockHost` would report it. Null if nobody does. */
export async function holderOf(host: Host): Promise<string | null> {
  const holder = await host.capture(holderCommand);
  return holder.trim() || null;
}

/** Looking takes a shared lock for a moment, which is why `lockHost` waits a little. */
const holderCommand = raw(`[ -e /run/jernverk.lock ] || exit 0
flock --shared --nonblock /run/jernverk.lock true || cat /run/jernverk.lock.holder`);

const lockCommand = (holder: LockHolder) => sh`exec 9>>/run/jernverk.lock
if ! flock --wait 1 9; then
  echo "busy $(cat /run/jernverk.lock.holder 2>/dev/null)"
  exit 0
fi
echo ${describe(holder)} > /run/jernverk.lock.holder
${awaitSteps}
while echo "held $$"; do sleep ${heartbeatSeconds} 9>&- >/dev/null 2>&1; done`;
