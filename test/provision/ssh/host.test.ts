import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { raw, sh } from '../../../lib/shell.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import { begin, type Exec, startServer } from '../../support/ssh-server.ts';

describe('a command', () => {
  it('gives standard output and standard error apart', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    expect(await host.run(raw('echo out; echo err >&2'))).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect(await host.capture(sh`echo ${"it's"}`)).toBe("it's\n");
  });

  it('that answers yes or no is 0 or 1, and anything else is a failure', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    expect(await host.test(raw('true'))).toBe(true);
    expect(await host.test(raw('false'))).toBe(false);
    await expect(host.test(raw('exit 2'))).rejects.toMatchObject({ code: 'COMMAND_FAILED', status: 2 });
  });

  it('that fails says where, what, its exit code and the end of standard error', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const failing = host.run(raw('seq 1 100 >&2\necho no such thing >&2\nexit 3'));
    await expect(failing).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      status: 3,
      stderr: expect.stringMatching(/^82\n[\s\S]*100\nno such thing$/),
      message: expect.stringMatching(/^on forge, the command exited with 3: seq 1 100 >&2 … \(3 lines\)\n82\n/),
    });
  });

  it('that is killed says by which signal', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const killed = host.run(raw('kill -KILL $$'));
    await expect(killed).rejects.toMatchObject({ status: null, message: expect.stringContaining('ended by SIGKILL') });
  });

  it('that fails does not show a password', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const failing = host.run(raw('echo "login with password=hunter2 at amqp://forge:hunter2@127.0.0.1" >&2; exit 1'));
    const error = await failing.catch((reason: unknown) => reason);
    expect(String(error)).toContain('[redacted]');
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  it('stops at the first line that fails, and at a name that is not set', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const { stdout } = await host.run(raw('echo one\n(set +e; false; echo two)'));
    expect(stdout).toBe('one\ntwo\n');
    await expect(host.run(raw('false\necho never'))).rejects.toMatchObject({ status: 1 });
    await expect(host.run(raw('echo $nothing'))).rejects.toMatchObject({ stderr: expect.stringContaining('nothing') });
  });

  it('runs nothing of a script that does not parse', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const broken = host.run(raw('echo begun >&2\nif true; then'));
    await expect(broken).rejects.toMatchObject({ stderr: expect.not.stringContaining('begun') });
  });

  it('has the same surroundings on every host', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const surroundings = await host.capture(raw('echo "$LC_ALL $(umask) $(pwd) $PATH"'));
    expect(surroundings).toBe('C 0022 / /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n');
  });
});

describe('what a command reads', () => {
  it('is nothing by default, and never the rest of the script', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    expect(await host.capture(raw('cat\necho after'))).toBe('after\n');
  });

  it('is the text or the stream it is given, byte for byte', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    expect(await host.capture(raw('cat; echo .'), { input: 'blåbær\n' })).toBe('blåbær\n.\n');
    const megabytes = Readable.from(Array.from({ length: 50 }, (_, n) => Buffer.alloc(100_000, n)));
    expect(await host.capture(raw('wc -c'), { input: megabytes })).toBe('5000000\n');
  });

  it('may be left unread', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    expect(await host.capture(raw('head -c 3 | wc -c'), { input: endless })).toBe('3\n');
    expect(endless.destroyed).toBe(true);
  });

  it('that cannot be read here is an error of ours, not of the host', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    const input = new Readable({ read: (): void => void input.destroy(new Error('EIO: the disk')) });
    await expect(host.run(raw('cat'), { input })).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringContaining('the disk'),
    });
  });
});

describe('sizes', () => {
  const big = `: <<'end'\n${'x'.repeat(99)}\n`.padEnd(200_000, `${'y'.repeat(99)}\n`);

  it('a script may be larger than one argument of a Linux program', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    expect(await host.capture(raw(`${big}\nend\necho whole`))).toBe('whole\n');
    expect(await host.capture(raw(`${big}\nend\ncat`), { input: 'input' })).toBe('input');
  });

  it('output of 20 MB comes whole, to a caller who asked for as much', async () => {
    await using server = await startServer();
    await using host = await connect(server.connection);
    expect(await host.capture(raw('head -c 20000000 /dev/zero'), { maxBytes: 2 ** 25 })).toHaveLength(20_000_000);
  });

  it('a character that is split over two packets comes whole, in the output and in the lines', async () => {
    const bytes = Buffer.from('på\nærlig\nslutt');
    const oneByOne: Exec = async (command, channel) => {
      begin(command, channel);
      for (const byte of bytes) await new Promise((resolve) => channel.write(Buffer.of(byte), resolve));
      return 0;
    };
    await using server = await startServer({ exec: oneByOne });
    await using host = await connect(server.connection);
    const lines: string[] = [];
    const { stdout } = await host.run(raw(''), { onLine: (line) => lines.push(line) });
    expect(stdout).toBe('på\nærlig\nslutt');
    expect(lines).toEqual(['på', 'ærlig', 'slutt']);
  });
});
