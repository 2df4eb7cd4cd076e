import { describe, expect, it } from 'vitest';
import { holderOf, lockHost } from '../../provision/lock.ts';
import { LocalHost } from '../support/local-host.ts';

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
});
