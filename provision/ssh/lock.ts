import { HostError } from '../../lib/errors.ts';
import { raw, sh } from '../../lib/shell.ts';
import { type Held, heartbeatSeconds, hold, whileHeardSay } from './hold.ts';
import type { Host } from './host.ts';
import { awaitSteps, notingHost } from './lock-steps.ts';

/** Seconds: a run that died holds the lock until its next sign of life fails, so up to twice the time between two. */
const deadHolderSeconds = 2 * heartbeatSeconds;

/** Who holds a host and what for, as the next one who wants it reads it. */
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

/**
 * Takes the host for one writer until the lock is disposed.
 *
 * The lock is an flock of a process on the other end of our own connection, so it cannot outlive us: a cancelled
 * deploy, a dead laptop or a reboot frees it, and nobody has to remove a stale file by hand. A run that died a moment ago
 * may hold it a little longer, and a step of it may still be at work: both are waited for, and `onWait` is called with
 * what it is.
 *
 * Throws HostError HOST_BUSY or HOST_SILENT.
 */
export async function lockHost(
  host: Host,
  holder: LockHolder,
  onWait: (message: string) => void = () => undefined,
): Promise<Lock> {
  const held = hold(
    host,
    lockCommand(holder),
    ['held', 'taken', 'busy', 'waits'],
    'the question whether the host is free',
  );
  let told = '';
  for (;;) {
    const { word, rest } = await held.next();
    if (word === 'held') return lockOf(host, holder, rest, held);
    if (word === 'busy') {
      await held[Symbol.asyncDispose]();
      throw new HostError('HOST_BUSY', `${host.name} is held by another run: ${rest}`, {
        hint: 'wait until it has ended; the lock is released when that run or its connection ends',
      });
    }
    const waits = {
      taken: `${host.name} is held by another run: ${rest}; waiting ${deadHolderSeconds} s, in case it has died`,
      waits: `${host.name}: a step of an earlier run is still running: ${rest}; waiting for it to finish`,
    }[word];
    if (waits !== undefined && told !== waits) onWait(waits);
    told = waits ?? told;
  }
}

function lockOf(host: Host, holder: LockHolder, pid: string, held: Held): Lock {
  return {
    host: notingHost(host, describe(holder)),
    async [Symbol.asyncDispose]() {
      // If the connection is gone, so is the lock. The work until then did not fail because of that.
      await host.run(sh`kill ${pid} 2>/dev/null || true`).catch(() => undefined);
      await held[Symbol.asyncDispose]();
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
  echo "taken $(cat /run/jernverk.lock.holder 2>/dev/null)"
  if ! flock --wait ${deadHolderSeconds} 9; then
    echo "busy $(cat /run/jernverk.lock.holder 2>/dev/null)"
    exit 0
  fi
fi
echo ${describe(holder)} > /run/jernverk.lock.holder
${awaitSteps}
${whileHeardSay('held $$')}`;
