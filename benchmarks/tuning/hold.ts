import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { CommandFailed, HostError, messageOf, OperationError } from '../../provision/errors.ts';
import type { Host } from '../../provision/host.ts';
import { holdCommand, patience, readCommand } from './switch.ts';

const signOfLifeMs = 10_000;

/**
 * Keeps what these settings are until it is closed, and then puts them back. The host does so by itself where this
 * program or the connection dies. Closing looks whether it is true.
 *
 * @throws OperationError TUNING_NOT_RESTORED, HostError TUNING_HOST_LOST, from closing
 */
export async function holdSettings(host: Host, paths: readonly string[]): Promise<AsyncDisposable> {
  const before = await host.capture(readCommand(paths));
  const input = new PassThrough();
  const said = new EventEmitter<{ ready: [] }>();
  const ready = once(said, 'ready');
  // Whatever else a host prints first, it has not read its settings yet.
  const onLine = (line: string): boolean => line === 'ready' && said.emit('ready');
  const options = { input, timeoutMs: Number.POSITIVE_INFINITY, onLine };
  const holding = host.run(holdCommand(paths), options);
  const alive = setInterval(() => input.write('\n'), signOfLifeMs);
  try {
    await Promise.race([ready, holding]);
  } catch (error) {
    clearInterval(alive);
    throw error;
  }
  // What it says of its end is heard when it is closed.
  const ended = holding.then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(alive);
      input.end();
      const error = await ended;
      if (error !== undefined && !(error instanceof CommandFailed)) throw lostHost(host, error);
      const after = await host.capture(readCommand(paths)).catch((cause: unknown) => {
        throw lostHost(host, cause);
      });
      if (after !== before) throw notRestored(host, before, after, error);
    },
  };
}

const lostHost = (host: Host, cause: unknown): HostError =>
  new HostError('TUNING_HOST_LOST', `${host.name} was lost while settings were tried: ${messageOf(cause)}`, {
    hint: `the host puts them back by itself within ${patience} seconds; look with jernverk verify ${host.name}`,
    cause,
  });

function notRestored(host: Host, before: string, after: string, cause: unknown): OperationError {
  const were = new Set(before.split('\n'));
  const different = after.split('\n').filter((line) => !were.has(line));
  const why = cause === undefined ? 'the host says that it had put them back' : messageOf(cause);
  return new OperationError(
    'TUNING_NOT_RESTORED',
    `${host.name}: kernel settings could not be put back after they were tried; now it has ${different.join(', ')} (${why})`,
    { hint: `run jernverk apply ${host.name}, which brings every setting to what is wanted`, cause },
  );
}
