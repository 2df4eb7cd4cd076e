import { CommandFailed, HostError, messageOf, OperationError } from '../../lib/errors.ts';
import { hold, silenceSeconds } from '../../provision/ssh/hold.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { holdCommand, readCommand } from './switch.ts';

/**
 * Remembers these settings, and restores them when the returned object is disposed. The host restores them itself if
 * this program or the connection dies. Disposing then checks that they are restored. Disposing throws OperationError
 * TUNING_NOT_RESTORED if they are not, and HostError TUNING_HOST_LOST if the host is lost.
 */
export async function holdSettings(host: Host, paths: readonly string[]): Promise<AsyncDisposable> {
  const before = await host.capture(readCommand(paths));
  const held = hold(host, holdCommand(paths), ['ready'], 'what is held during the measurement');
  await held.next();
  return {
    async [Symbol.asyncDispose]() {
      const error = await held.end().catch((error: unknown) => error);
      if (error !== undefined && !(error instanceof CommandFailed)) throw lostHost(host, error);
      const after = await host.capture(readCommand(paths)).catch((cause: unknown) => {
        throw lostHost(host, cause);
      });
      if (after !== before) throw notRestored(host, before, after, error);
    },
  };
}

const lostHost = (host: Host, cause: unknown): HostError =>
  new HostError(
    'TUNING_HOST_LOST',
    `${host.name}: the connection was lost while its settings were changed: ${messageOf(cause)}`,
    {
      hint: `the host restores them on its own within ${silenceSeconds} seconds; check with ./jernverk verify ${host.name}`,
      cause,
    },
  );

function notRestored(host: Host, before: string, after: string, cause: unknown): OperationError {
  const were = new Set(before.split('\n'));
  const different = after.split('\n').filter((line) => !were.has(line));
  const why = cause === undefined ? 'the host says that it restored them' : messageOf(cause);
  return new OperationError(
    'TUNING_NOT_RESTORED',
    `${host.name}: could not restore the kernel settings after measuring; now it has ${different.join(', ')} (${why})`,
    { hint: `run ./jernverk apply ${host.name}, which restores every setting`, cause },
  );
}
