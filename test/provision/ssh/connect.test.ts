import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw, sh } from '../../../lib/shell.ts';
import { connect, readHostKey } from '../../../provision/ssh/connect.ts';
import { fingerprint, formatHostKey, parseHostKey } from '../../../provision/ssh/key.ts';
import { newKey, newRsaKey, publicKey, startServer } from '../../support/ssh-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jernverk-'));
});
afterAll(() => rm(folder, { recursive: true }));

const print = (hostKey: string): string => {
  const key = parseHostKey(hostKey);
  return key ? fingerprint(key) : 'no key';
};

describe('the host key', () => {
  it('that differs from the pinned one: both are shown and the host sees no log-in', async () => {
    await using server = await startServer();
    const other = publicKey(newKey().private);
    const refused = connect({ ...server.connection, hostKey: other });
    await expect(refused).rejects.toMatchObject({
      name: 'HostError',
      code: 'HOST_KEY_MISMATCH',
      hint: expect.stringContaining('jernverk trust forge --replace'),
    });
    const message = await refused.catch(String);
    expect(message).toContain(print(other));
    expect(message).toContain(print(server.connection.hostKey));
    expect(server.logins()).toBe(0);
  });

  it('that is not pinned: says how to pin it, and the host sees nothing', async () => {
    await using server = await startServer();
    const { hostKey, ...unpinned } = server.connection;
    await expect(connect(unpinned)).rejects.toMatchObject({
      code: 'HOST_KEY_MISSING',
      hint: expect.stringContaining('jernverk trust forge'),
    });
    await expect(connect({ ...unpinned, hostKey: 'ssh-ed25519 AAAA' })).rejects.toMatchObject({
      code: 'HOST_KEY_MISSING',
    });
    expect(server.logins()).toBe(0);
  });

  it('that is pinned is the one asked for, where the host has several', async () => {
    const hostKeys = [newRsaKey(), newKey().private];
    await using server = await startServer({ hostKeys });
    for (const key of hostKeys) {
      await using host = await connect({ ...server.connection, hostKey: publicKey(key) });
      expect(await host.test(raw('true'))).toBe(true);
    }
  });

  it('can be read without a log-in', async () => {
    await using server = await startServer();
    const key = await readHostKey(server.connection);
    expect(formatHostKey(key)).toBe(server.connection.hostKey);
    expect(server.logins()).toBe(0);
  });

  it('has the fingerprint that ssh-keygen prints', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    expect(print(key)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
  });
});

describe('logging in', () => {
  it('with a key that the host does not know is refused', async () => {
    await using server = await startServer();
    const identity = join(folder, 'stranger');
    await writeFile(identity, newKey().private);
    await expect(connect({ ...server.connection, identity })).rejects.toMatchObject({ code: 'HOST_LOGIN' });
  });

  it('with a key that has a passphrase points to the agent', async () => {
    await using server = await startServer();
    const identity = join(folder, 'encrypted');
    const key = ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'secret', cipher: 'aes256-cbc', rounds: 1 });
    await writeFile(identity, key.private);
    await expect(connect({ ...server.connection, identity })).rejects.toMatchObject({
      code: 'HOST_IDENTITY',
      hint: expect.stringContaining('ssh-add'),
    });
  });

  it('with a key file that is not there names the file', async () => {
    await using server = await startServer();
    const identity = join(folder, 'missing');
    await expect(connect({ ...server.connection, identity })).rejects.toMatchObject({
      name: 'InputError',
      code: 'HOST_IDENTITY',
      message: expect.stringContaining(identity),
    });
  });

  it('to a host that is not there says where it looked', async () => {
    const server = await startServer();
    await using _key = await startServer();
    const { connection } = server;
    await server[Symbol.asyncDispose]();
    await expect(connect({ ...connection, identity: _key.connection.identity })).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: expect.stringContaining(`forge (127.0.0.1 port ${connection.port})`),
    });
  });

  it('to a host that takes the connection and says nothing ends in time', async () => {
    await using server = await startServer();
    server.freeze();
    await expect(connect(server.connection, { readyTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
    });
  });
});

describe('a user who is not root', () => {
  const program = async (name: string, text: string): Promise<string> => {
    const path = await mkdtemp(join(folder, 'path-'));
    await writeFile(join(path, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(path, name), 0o755);
    return path;
  };

  it('runs everything through sudo, without a password', async () => {
    const path = await program('sudo', 'test "$1 $2" = "-n --" && shift 2 && echo x >> "$0.calls" && exec "$@"');
    await using server = await startServer({ user: 'ops', path });
    await using host = await connect(server.connection);
    const calls = sh`wc -l < ${`${path}/sudo.calls`}`;
    // The first was the question whether sudo works.
    expect((await host.capture(calls)).trim()).toBe('2');
    expect((await host.capture(calls)).trim()).toBe('3');
  });

  it('runs nothing by sudo where the caller wants the rights of the log-in', async () => {
    const path = await program('sudo', 'exit 1');
    await using server = await startServer({ user: 'auditor', path });
    await using host = await connect(server.connection, { runAs: 'log-in' });
    expect(await host.capture(raw('echo "as I came"'))).toBe('as I came\n');
    await expect(host.run(raw('sleep 600'), { timeoutMs: 300 })).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
  });

  it('who needs a password for sudo is told at once', async () => {
    const path = await program('sudo', 'echo "sudo: a password is required" >&2; exit 1');
    await using server = await startServer({ user: 'ops', path });
    await expect(connect(server.connection)).rejects.toMatchObject({
      code: 'HOST_NO_SUDO',
      message: expect.stringContaining('a password is required'),
      hint: expect.stringContaining('NOPASSWD'),
    });
  });
});
