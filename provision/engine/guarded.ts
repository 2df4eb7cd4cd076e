import { messageOf } from '../../lib/errors.ts';
import { lines, sh } from '../../lib/shell.ts';
import type { Host } from '../ssh/host.ts';
import type { GuardedStep } from './step.ts';

const undoUnit = 'jernverk-undo';

/**
 * Schedules the undo on the host first, so that even a host that can no longer be reached goes back to its old state.
 * By default systemd's timers may be a minute late; the unit's accuracy is therefore set.
 */
export async function runGuarded(host: Host, reconnect: () => Promise<Host>, step: GuardedStep): Promise<void> {
  await host.run(
    lines(
      sh`systemctl stop ${undoUnit}.timer 2>/dev/null || true`,
      sh`systemd-run --quiet --collect --unit=${undoUnit} --on-active=${step.confirmWithinSeconds}s --timer-property=AccuracySec=100ms /bin/sh -c ${step.undo.script}`,
      step.command,
    ),
    { title: step.title },
  );
  const fresh = await reconnect().catch((error: unknown) => {
    throw new Error(
      `a new connection did not get in (${messageOf(error)}); the host takes the change back within ${step.confirmWithinSeconds} seconds`,
      { cause: error },
    );
  });
  await using confirmed = fresh;
  await confirmed.run(sh`systemctl stop ${undoUnit}.timer`);
}
