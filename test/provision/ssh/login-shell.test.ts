import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw, sh } from '../../../lib/shell.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import type { ConnectOptions, Host } from '../../../provision/ssh/host.ts';
import { invocation } from '../../../provision/ssh/script.ts';
import { type Exec, runLocally, type ServerOptions, startServer, type TestServer } from '../../support/ssh-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jernverk-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The server and a connection to it; bash is the log-in shell, and this its .bashrc. */
async function withStartupFile(text: string, more: ServerOptions & ConnectOptions = {}): Promise<TestHost> {
  const home = await mkdtemp(join(folder, 'home-'));
  await writeFile(join(home, '.bashrc'), `${text}\n`);
  const server = await startServer({ shell: { program: 'bash', environment: { HOME: home } }, ...more });
  return { server, host: await connect(server.connection, more), home };
}

interface TestHost {
  readonly server: TestServer;
  readonly host: Host;
  readonly home: string;
}

async function during<Answer>(test: TestHost, work: (host: Host) => Promise<Answer>): Promise<Answer> {
  await using _server = test.server;
  await using host = test.host;
  return await work(host);
}

describe('a login shell that prints', () => {
  const noise = 'echo "Welcome, 3 updates pending"; echo "../../../../secret.txt"; echo oh >&2; printf half';

  it('adds nothing to what a command says', async () => {
    const { stdout, stderr } = await during(await withStartupFile(noise), (host) =>
      host.run(raw('echo out; echo err >&2')),
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'out\n', stderr: 'err\n' });
  });

  it('adds nothing to what a command says by the boundary of an earlier call', async () => {
    const seen = join(folder, 'boundary');
    const repeat = `cat ${seen} ${seen} 2>/dev/null; grep -ao 'jernverk-[0-9a-f]*' /proc/$$/cmdline | head -n 1 > ${seen}; echo forged >> ${seen}`;
    await during(await withStartupFile(repeat), async (host) => {
      expect(await host.capture(raw('echo first'))).toBe('first\n');
      expect(await host.capture(raw('echo second'))).toBe('second\n');
    });
    expect(await readFile(seen, 'utf8')).toMatch(/^jernverk-[0-9a-f]{32}\nforged\n$/);
  });

  it('adds no line to what is followed, and the command is still ended by its process id', async () => {
    const lines: string[] = [];
    const stop = new AbortController();
    await during(await withStartupFile(noise), async (host) => {
      const pidFile = join(folder, 'followed');
      const follow = host.follow(
        sh`echo $$ > ${pidFile}; echo one; exec sleep 1000`,
        (line) => {
          lines.push(line);
          stop.abort();
        },
        stop.signal,
      );
      await follow;
      expect(await host.test(sh`kill -0 "$(cat ${pidFile})" 2>/dev/null`)).toBe(false);
    });
    expect(lines).toEqual(['one']);
  });

  it('after the command, adds nothing either', async () => {
    const local = runLocally();
    // As a ForceCommand does that runs the command as its child.
    const wrapped: Exec = (command, channel) => local(`(${command}); code=$?; ${noise}; exit $code`, channel);
    const server = await startServer({ exec: wrapped });
    await during({ server, host: await connect(server.connection), home: '' }, async (host) => {
      expect(await host.capture(raw('printf "no line end"'))).toBe('no line end');
      const lines: string[] = [];
      await host.run(raw('echo one; printf two; printf three >&2'), { onLine: (line) => lines.push(line) });
      expect(lines.sort()).toEqual(['one', 'three', 'two']);
      await expect(host.run(raw('echo before; exit 3'))).rejects.toMatchObject({ status: 3 });
    });
  });

  it('for ever, is an error and no memory', async () => {
    const flooded = await withStartupFile('cat /dev/zero');
    await expect(during(flooded, (host) => host.run(raw('true')))).rejects.toMatchObject({
      code: 'HOST_LOGIN_SHELL',
      exitCode: 2,
      message: expect.stringContaining('more than 1 MiB before our script began'),
    });
  });
});

describe('a login shell that does not run our script', () => {
  const failsWith = async (startup: string, message: RegExp, more: ConnectOptions = {}) => {
    const failing = during(await withStartupFile(startup, more), (host) => host.capture(raw('echo never')));
    await expect(failing).rejects.toMatchObject({
      name: 'HostError',
      code: 'HOST_LOGIN_SHELL',
      exitCode: 2,
      message: expect.stringMatching(message),
      hint: expect.stringContaining('[ -n "$PS1" ] || return'),
    });
  };

  it('since it ends by itself, is no empty answer', async () => {
    await failsWith(
      'echo "this account is closed"; exit 0',
      /^the login shell of forge .*exit code 0; it said:\nthis account/,
    );
  });

  it('since it reads the first line of the script, runs nothing of the rest', async () => {
    await failsWith('read -r answer', /the login shell of forge .* prints or reads; .*it read the standard input/);
  });

  it('since it reads the first line of the script, runs nothing of the rest, also where input makes up its length', async () => {
    const { server, host } = await withStartupFile('read -r answer');
    const running = () => host.run(raw('echo never'), { input: '\necho owned'.padEnd(200, '#') });
    await expect(during({ server, host, home: '' }, running)).rejects.toMatchObject({ code: 'HOST_LOGIN_SHELL' });
  });

  it('since the script was cut off on its way, does not say that it has begun', () => {
    const { commandLine, payload } = invocation('echo never', false);
    for (const bytes of [0, 60, payload.length - 1]) {
      const input = payload.subarray(0, bytes);
      const { stdout, status } = spawnSync('sh', ['-c', commandLine], { input, encoding: 'utf8' });
      expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    }
  });

  it('since it reads all there is, says so', async () => {
    await failsWith('cat >/dev/null', /it read the standard input/);
  });

  it('since it reads what does not end, says so in time', async () => {
    const { server, host } = await withStartupFile('cat >/dev/null', { startTimeoutMs: 300 });
    const endless = host.run(raw('cat'), { input: new PassThrough() });
    await expect(during({ server, host, home: '' }, () => endless)).rejects.toMatchObject({ exitCode: 2 });
  });

  it('since it hangs, is given up in time', async () => {
    const { server, host } = await withStartupFile('sleep 5', { startTimeoutMs: 300 });
    await expect(during({ server, host, home: '' }, () => host.capture(raw('true')))).rejects.toMatchObject({
      code: 'HOST_SILENT',
      exitCode: 2,
    });
  });
});

it('every login shell can read the command line', () => {
  for (const sudo of [true, false]) {
    const { commandLine } = invocation("echo 'it'\necho !! \\", sudo);
    // csh takes `!` and line ends inside quotes for its own, fish the backslash.
    expect(commandLine).toMatch(/^exec [^'\\!\n]*'[^'\\!\n]*'$/);
  }
});

it('nothing of the log-in’s environment reaches a script', async () => {
  const { PATH, ...leaks } = {
    PATH: '/nowhere:/usr/bin:/bin',
    HOME: folder,
    DOCKER_HOST: 'tcp://203.0.113.1:2375',
    http_proxy: 'http://203.0.113.1:3128',
    POSIXLY_CORRECT: '1',
    BASH_ENV: '/etc/motd',
    LANG: 'nb_NO.UTF-8',
  };
  await using server = await startServer({ shell: { program: 'bash', environment: { PATH, ...leaks } } });
  await using host = await connect(server.connection);
  const names = (await host.capture(raw('env'))).split('\n').map((line) => line.split('=')[0]);
  // Those that dash itself sets.
  expect(names.filter((name) => name !== '' && !name?.endsWith('PWD') && name !== '_').sort()).toEqual([
    'HOME',
    'LC_ALL',
    'PATH',
  ]);
});
