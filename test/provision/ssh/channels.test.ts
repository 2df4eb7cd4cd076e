import { once } from 'node:events';
import { expect, it } from 'vitest';
import { raw } from '../../../lib/shell.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import { begin, type Exec, startServer } from '../../support/ssh-server.ts';

it('at most 8 commands run at once; the others wait and run too', async () => {
  let running = 0;
  let most = 0;
  const gate = new AbortController();
  const opened = once(gate.signal, 'abort');
  const held: Exec = async (command, channel) => {
    begin(command, channel);
    running += 1;
    most = Math.max(most, running);
    if (running === 8) gate.abort();
    await opened;
    running -= 1;
    return 0;
  };
  await using server = await startServer({ exec: held, maxSessions: 100 });
  await using host = await connect(server.connection);
  await Promise.all(Array.from({ length: 20 }, () => host.run(raw('true'))));
  expect(most).toBe(8);
});

it('a host that takes fewer sessions makes commands wait, not fail', async () => {
  await using server = await startServer({ maxSessions: 3 });
  await using host = await connect(server.connection);
  const outputs = await Promise.all(Array.from({ length: 12 }, (_, n) => host.capture(raw(`echo ${n}`))));
  expect(outputs).toEqual(Array.from({ length: 12 }, (_, n) => `${n}\n`));
  expect(server.mostSessions()).toBe(3);
  // 8 were tried at once and 5 refused; after that it is known.
  expect(server.refusals()).toBeLessThanOrEqual(5);
});

it('a host that takes no session at all says so', async () => {
  await using server = await startServer({ maxSessions: 0 });
  await using host = await connect(server.connection);
  await expect(host.run(raw('true'))).rejects.toMatchObject({
    code: 'HOST_REFUSED',
    hint: expect.stringContaining('MaxSessions'),
  });
});

it('a channel that closes without an exit status is not a success', async () => {
  const silent: Exec = (_, channel) => {
    channel.close();
    return new Promise(() => undefined);
  };
  await using server = await startServer({ exec: silent });
  await using host = await connect(server.connection);
  await expect(host.run(raw('true'))).rejects.toMatchObject({ code: 'HOST_LOST' });
});
