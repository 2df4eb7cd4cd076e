import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { raw, sh } from '../../../lib/shell.ts';
import { ask } from '../../../provision/engine/gather.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import { begin, type Exec, startServer } from '../../support/ssh-server.ts';

const tooLong = { name: 'HostError', code: 'HOST_ANSWER_TOO_LONG', exitCode: 2 };

describe('how much a host may say', () => {
  it('is limited by default, on standard output and standard error; the command is ended', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const message = expect.stringContaining('forge says more than 16 MiB; it was stopped: cat /dev/zero');
    await expect(host.run(raw('cat /dev/zero'))).rejects.toMatchObject({ ...tooLong, message });
    const maxBytes = 1000;
    await expect(host.capture(raw('cat /dev/zero >&2'), { maxBytes })).rejects.toMatchObject(tooLong);
    await expect(
      host.test(raw('head -c 600 /dev/zero; head -c 600 /dev/zero >&2'), { maxBytes }),
    ).rejects.toMatchObject(tooLong);
  });

  it('takes no memory beyond the limit: 600 MB are an error that one can read', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const before = process.memoryUsage.rss();
    const said = host.capture(raw('head -c 600000000 /dev/zero; sleep 1000'), { maxBytes: 1_000_000 });
    await expect(said).rejects.toMatchObject(tooLong);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 2 ** 20);
  });

  it('takes no memory beyond the limit from a host that goes on when it is told to stop', async () => {
    const flood: Exec = async (command, channel) => {
      begin(command, channel);
      const piece = Buffer.alloc(2 ** 20);
      for (let sent = 0; sent < 600 && !channel.destroyed; sent += 1) {
        if (!channel.write(piece)) await Promise.race([once(channel, 'drain'), once(channel, 'close')]);
      }
      return 0;
    };
    await using server = await startServer({ exec: flood });
    await using host = await connect(server.connection);
    const before = process.memoryUsage.rss();
    await expect(host.capture(raw('true'), { maxBytes: 1_000_000 })).rejects.toMatchObject(tooLong);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 2 ** 20);
  });

  it('in one line that is handed on is limited, without any limit of lines', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const { signal } = new AbortController();
    let bytes = 0;
    const count = (line: string): void => {
      bytes += line.length + 1;
    };
    await host.follow(raw('yes "$(printf %099d 0)" | head -c 20000000'), count, signal);
    expect(bytes).toBe(20_000_000);
    await expect(host.follow(raw('cat /dev/zero'), () => undefined, signal)).rejects.toMatchObject({
      ...tooLong,
      message: expect.stringContaining('a line of more than 1 MiB'),
    });
  });
});

describe('how long a host may take', () => {
  it('to take a command is limited', async () => {
    await using server = await startServer({ deaf: true });
    await using host = await connect(server.connection, { startTimeoutMs: 200 });
    await expect(host.run(raw('true'))).rejects.toMatchObject({ name: 'HostError', code: 'HOST_SILENT', exitCode: 2 });
  });

  it('to begin a command that it took is limited', async () => {
    await using server = await startServer({ exec: () => new Promise(() => undefined) });
    await using host = await connect(server.connection, { startTimeoutMs: 200 });
    const never = new AbortController();
    const silent = { name: 'HostError', code: 'HOST_SILENT', exitCode: 2 };
    await expect(host.capture(raw('true'))).rejects.toMatchObject(silent);
    await expect(host.follow(raw('true'), () => undefined, never.signal)).rejects.toMatchObject(silent);
  });

  it('to answer a question is limited; nothing failed then, but the answer is not known', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const silent = { name: 'HostError', code: 'HOST_SILENT', exitCode: 2 };
    await expect(host.capture(raw('sleep 1000'), { timeoutMs: 300 })).rejects.toMatchObject(silent);
    await expect(host.test(raw('sleep 1000'), { timeoutMs: 300 })).rejects.toMatchObject(silent);
  });

  it('to close a channel after the exit status is limited', async () => {
    const gone = new AbortController();
    const open: Exec = async (command, channel) => {
      begin(command, channel);
      channel.write('answer\n');
      channel.exit(0);
      await once(gone.signal, 'abort');
      return 0;
    };
    await using server = await startServer({ exec: open });
    await using host = await connect(server.connection, { lastWordsMs: 200 });
    expect(await host.capture(raw('true'))).toBe('answer\n');
    gone.abort();
  });
});

describe('several questions in one script', () => {
  it('that hang or say too much do not stop the others', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const answers = await ask(host, [raw('sleep 1000'), raw('yes | head -c 9000000'), sh`echo ${'fine'}`], 6_000);
    expect(answers).toEqual([
      {
        exitCode: 1,
        stdout: '',
        stderr: 'the host did not answer this question in time, or its output was too long',
      },
      { exitCode: 1, stdout: '', stderr: expect.stringMatching(/^the answer has more than \d+ characters$/) },
      { exitCode: 0, stdout: 'fine\n', stderr: '' },
    ]);
  });

  it('of which none is answered are an error', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    await expect(ask(host, [raw('sleep 1000')], 500)).rejects.toMatchObject({ code: 'HOST_SILENT', exitCode: 2 });
  });
});
