import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openFolder } from '../../../benchmarks/disk/folder.ts';
import { openRoom } from '../../../benchmarks/queue/room.ts';
import type { Command } from '../../../lib/shell.ts';
import { lockHost } from '../../../provision/ssh/lock.ts';
import { LocalHost } from '../../support/local-host.ts';

/** It takes every command, and says nothing until it is stopped. */
class SilentHost extends LocalHost {
  stopped = false;

  override async follow(_: Command, _onLine: unknown, signal: AbortSignal, input?: Readable): Promise<void> {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      input?.resume().once('end', resolve);
    });
    this.stopped = true;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [
    'the lock',
    (host: SilentHost) => lockHost(host, { who: 'ola', purpose: 'apply', since: new Date(0) }),
    'the question whether the host is free',
  ],
  ['the folder of a benchmark', (host: SilentHost) => openFolder(host, '/var'), 'a folder to measure in'],
  ['what a measurement holds', (host: SilentHost) => openRoom(host), 'what is held'],
])(
  'a host that never says that it has %s is given up after a minute, and what was begun there is ended',
  async (_, take, what) => {
    const host = new SilentHost();
    const failed = expect(take(host)).rejects.toMatchObject({
      name: 'HostError',
      code: 'HOST_SILENT',
      exitCode: 2,
      message: expect.stringContaining(`here did not answer within 60 seconds: ${what}`),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    vi.useRealTimers();
    await vi.waitFor(() => expect(host.stopped).toBe(true));
  },
);
