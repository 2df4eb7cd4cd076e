import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { raw, sh } from '../../../lib/shell.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import { begin, type Exec, startServer } from '../../support/ssh-server.ts';

/** A command that never ends, and the moment when it runs. */
function endless(): { exec: Exec; begun: Promise<unknown> } {
  const running = new AbortController();
  const begun = once(running.signal, 'abort');
  const exec: Exec = () => {
    running.abort();
    return new Promise(() => undefined);
  };
  return { exec, begun };
}

it('a connection that breaks ends the running command, those that wait and those that come later', async () => {
  const { exec, begun } = endless();
  await using server = await startServer({ exec });
  await using host = await connect(server.connection);
  const commands = Array.from({ length: 10 }, () => host.run(raw('sleep 1000')));
  await begun;
  server.drop();
  const results = await Promise.allSettled([...commands, host.run(raw('true'))]);
  for (const result of results) {
    expect(result).toMatchObject({ status: 'rejected', reason: { name: 'HostError', code: 'HOST_LOST', exitCode: 2 } });
  }
});

it('a host that stops answering is lost after three signs of life without an answer', async () => {
  const { exec, begun } = endless();
  await using server = await startServer({ exec });
  await using host = await connect(server.connection, { keepaliveMs: 40 });
  const command = host.run(raw('sleep 1000'));
  await begun;
  server.freeze();
  await expect(command).rejects.toMatchObject({ code: 'HOST_LOST', message: expect.stringMatching(/[Kk]eepalive/) });
});

it('a host that answers its signs of life is kept, however long a command says nothing', async () => {
  const go = new AbortController();
  const quiet: Exec = async (command, channel) => {
    begin(command, channel);
    await once(go.signal, 'abort');
    return 0;
  };
  await using server = await startServer({ exec: quiet });
  await using host = await connect(server.connection, { keepaliveMs: 50 });
  const command = host.run(raw('quiet'));
  const before = server.packets();
  await vi.waitFor(() => expect(server.packets()).toBeGreaterThan(before + 10), { timeout: 20_000 });
  go.abort();
  await expect(command).resolves.toBeDefined();
});

it('a closed host takes no command', async () => {
  await using server = await startServer();
  const host = await connect(server.connection);
  await host.close();
  await expect(host.run(raw('true'))).rejects.toMatchObject({ code: 'HOST_CLOSED' });
});

it('a command that overruns its time is ended on the host, with its children', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jernverk-'));
  await using server = await startServer();
  await using host = await connect(server.connection);
  const pidFile = join(folder, 'child');
  const command = host.run(sh`sleep 1000 & echo $! > ${pidFile}; wait`, { timeoutMs: 500 });
  await expect(command).rejects.toMatchObject({
    code: 'COMMAND_TIMEOUT',
    message: expect.stringContaining('within 0.5 seconds; it was stopped'),
  });
  expect(await isGone(pidFile)).toBe(true);
  await rm(folder, { recursive: true });
});

it('a command that ignores the request to end is ended all the same', async () => {
  await using server = await startServer();
  await using host = await connect(server.connection);
  const command = host.run(raw("trap '' TERM; sleep 1000"), { timeoutMs: 500 });
  await expect(command).rejects.toMatchObject({ message: expect.stringContaining('it was stopped') });
});

it('following hands on lines until it is stopped, and ends the command on the host', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jernverk-'));
  await using server = await startServer();
  await using host = await connect(server.connection);
  const pidFile = join(folder, 'child');
  const stop = new AbortController();
  const lines: string[] = [];
  await host.follow(
    sh`echo $$ > ${pidFile}; echo one; echo two; sleep 1000`,
    (line) => {
      lines.push(line);
      if (line === 'two') stop.abort();
    },
    stop.signal,
  );
  expect(lines).toEqual(['one', 'two']);
  expect(await isGone(pidFile)).toBe(true);
  await rm(folder, { recursive: true });
});

it('following ends with the command, and says when it failed', async () => {
  await using server = await startServer();
  await using host = await connect(server.connection);
  const { signal } = new AbortController();
  await host.follow(raw('true'), () => undefined, signal);
  const failing = host.follow(raw('echo why >&2; exit 4'), () => undefined, signal);
  await expect(failing).rejects.toMatchObject({ status: 4, stderr: 'why' });
});

const isGone = async (pidFile: string): Promise<boolean> => {
  const pid = (await readFile(pidFile, 'utf8')).trim();
  const stat = existsSync(`/proc/${pid}/stat`) ? await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z ') : ' Z ';
  return stat.includes(' Z ');
};
