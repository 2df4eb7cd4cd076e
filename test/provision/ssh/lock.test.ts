import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Command, sh } from '../../../lib/shell.ts';
import { holderOf, lockHost } from '../../../provision/ssh/lock.ts';
import { eventually } from '../../support/eventually.ts';
import { LocalHost } from '../../support/local-host.ts';

const holder = { who: 'kari', purpose: 'apply', since: new Date('2026-11-23T08:00:00Z') };

describe.runIf(process.getuid?.() === 0)('the lock of a host (as root: it is in /run)', () => {
  it('lets one in, tells the other who is there, and is free again at once', async () => {
    const [first, second] = [new LocalHost(), new LocalHost()];
    const lock = await lockHost(first, holder);
    expect(await holderOf(second)).toBe('kari, apply, since 2026-11-23T08:00:00.000Z');
    await expect(lockHost(second, { ...holder, who: 'ola' })).rejects.toMatchObject({
      code: 'HOST_BUSY',
      message: 'here is held by another run: kari, apply, since 2026-11-23T08:00:00.000Z',
    });
    await lock[Symbol.asyncDispose]();
    expect(await holderOf(second)).toBeNull();
    const next = await lockHost(second, { ...holder, who: 'ola' });
    await next[Symbol.asyncDispose]();
  });

  it('is given back without an error where the connection is gone: it has gone with it', async () => {
    const host = new LocalHost();
    const lock = await lockHost(host, holder);
    host.run = () => Promise.reject(new Error('the connection is closed'));
    await lock[Symbol.asyncDispose]();
    expect(await holderOf(new LocalHost())).toBeNull();
  });

  it('goes away with the process that held it: nothing is left to remove by hand', async () => {
    const host = new LocalHost();
    await lockHost(host, holder);
    await host.loseFollowed();
    const next = await lockHost(new LocalHost(), { ...holder, who: 'ola' });
    await next[Symbol.asyncDispose]();
  });

  it('is waited for if the run before has just died, and its process does not know yet', async () => {
    const other = spawn('flock', ['/run/jernverk.lock', 'sleep', '2.5'], { stdio: 'ignore' });
    await eventually(async () => (await holderOf(new LocalHost())) !== null);
    const said: string[] = [];
    const lock = await lockHost(new LocalHost(), { ...holder, who: 'ola' }, (message) => said.push(message));
    expect(said).toEqual([
      expect.stringMatching(/^here is held by another run: .*; waiting 10 s, in case it has died$/),
    ]);
    await lock[Symbol.asyncDispose]();
    expect(other.exitCode).toBe(0);
  });

  describe('when the run before died', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jernverk-lock-'));
    const started = join(folder, 'started');
    const gate = join(folder, 'gate');
    const done = join(folder, 'done');

    /** A run whose connection is lost while its step goes on. */
    async function die(script: Command, timeoutMs = 600_000): Promise<void> {
      rmSync(started, { force: true });
      const host = new LocalHost();
      const lock = await lockHost(host, holder);
      const options = { title: 'install 3 packages', timeoutMs };
      lock.host.run(sh`touch ${started}; ${script}`, options).catch(() => undefined);
      await eventually(() => existsSync(started));
      await host.loseFollowed();
    }

    const takeOver = (say?: (message: string) => void) => lockHost(new LocalHost(), { ...holder, who: 'ola' }, say);

    it('its step that goes on is named and waited for', async () => {
      await die(sh`while [ ! -e ${gate} ]; do sleep 0.05; done; touch ${done}`);
      const said: string[] = [];
      const locking = takeOver((message) => said.push(message));
      await eventually(() => said.length > 0);
      expect(said[0]).toContain('install 3 packages (kari, apply, since 2026-11-23T08:00:00.000Z)');
      expect(existsSync(done)).toBe(false);
      writeFileSync(gate, '');
      const lock = await locking;
      expect(existsSync(done)).toBe(true);
      await lock[Symbol.asyncDispose]();
    });

    it('its step whose time is up is ended, also if it does not listen', async () => {
      const pid = join(folder, 'pid');
      await die(sh`trap '' TERM; echo $$ > ${pid}; while :; do sleep 0.05; done`, 1);
      const lock = await takeOver();
      expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
      await lock[Symbol.asyncDispose]();
    });

    it('a session that got the number of a step that is over is neither waited for nor ended', async () => {
      const other = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
      mkdirSync('/run/jernverk-steps', { recursive: true });
      writeFileSync(`/run/jernverk-steps/${other.pid}`, '1 0 install 3 packages\n');
      const said: string[] = [];
      const lock = await takeOver((message) => said.push(message));
      expect(said).toEqual([]);
      expect(other.exitCode ?? other.signalCode).toBeNull();
      other.kill('SIGKILL');
      await lock[Symbol.asyncDispose]();
    });

    it('a daemon that its step started is not waited for', async () => {
      const pid = join(folder, 'daemon');
      await die(sh`setsid sh -c 'echo $$ > "$1"; exec sleep 300' - ${pid} >/dev/null 2>&1 &
until [ -s ${pid} ]; do sleep 0.05; done`);
      const lock = await takeOver();
      process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
      await lock[Symbol.asyncDispose]();
    });
  });
});

it('a host that never answers the lock is given up', async () => {
  vi.useFakeTimers();
  const mute = new LocalHost();
  mute.follow = () => new Promise(() => undefined);
  const locking = expect(lockHost(mute, holder)).rejects.toMatchObject({ code: 'HOST_SILENT', exitCode: 2 });
  await vi.advanceTimersByTimeAsync(60_000);
  await locking;
  vi.useRealTimers();
});
