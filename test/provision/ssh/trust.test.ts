import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Invocation } from '../../../cli/invocation.ts';
import { trustCommand } from '../../../cli/trust.ts';
import { raw } from '../../../lib/shell.ts';
import { loadEnvironment } from '../../../provision/environment/load.ts';
import { withHostKey } from '../../../provision/environment/pin.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import { resolveConnection } from '../../../provision/ssh/connection.ts';
import { onPrinted } from '../../support/printed.ts';
import { newKey, publicKey, startServer, type TestServer } from '../../support/ssh-server.ts';

const invocation = (options: Invocation['options']): Invocation => ({
  environment: 'real',
  json: true,
  arguments: { host: 'forge' },
  rest: [],
  options,
});

let root: string;
let server: TestServer;
let printed: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jernverk-'));
  server = await startServer();
  printed = [];
  onPrinted((text) => printed.push(text));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

const file = () => join(root, 'environments', 'real.yaml');

async function environment(hostKey?: string): Promise<string> {
  const { port, identity } = server.connection;
  const key = hostKey === undefined ? '' : `      hostKey: ${hostKey} # old\n`;
  const text = `# Ours.\nname: real\nhosts:\n  - name: forge   # the first\n    roles: [broker]\n    ssh:\n      address: 127.0.0.1 # here\n      port: ${port}\n      identity: ${identity}\n${key}`;
  await mkdir(join(root, 'environments'), { recursive: true });
  await writeFile(file(), text);
  return text;
}

describe('trust', () => {
  it('pins the offered key after a yes, leaves the rest of the file, and then the host can be reached', async () => {
    const before = await environment();
    expect(await trustCommand(invocation({ yes: true }), root)).toBe(0);
    const after = await readFile(file(), 'utf8');
    const line = `      hostKey: ${server.connection.hostKey}\n`;
    expect(after).toContain(line);
    expect(after.replace(line, '')).toBe(before);
    expect(JSON.parse(printed.join(''))).toMatchObject({ host: 'forge', type: 'ssh-ed25519', saved: true });
    expect(server.logins()).toBe(0);
    expect(await readdir(join(root, 'environments'))).toEqual(['real.yaml']);
    const [host] = (await loadEnvironment('real', root)).hosts;
    if (!host) throw new Error('no host');
    await using connected = await connect(await resolveConnection(host, root));
    expect(await connected.test(raw('true'))).toBe(true);
  });

  it('without a terminal and without --yes changes nothing', async () => {
    const before = await environment();
    await expect(trustCommand(invocation({}), root)).rejects.toMatchObject({ code: 'NOT_CONFIRMED', exitCode: 2 });
    expect(await readFile(file(), 'utf8')).toBe(before);
  });

  it('where another key is pinned shows both and asks for --replace', async () => {
    const other = publicKey(newKey().private);
    const before = await environment(other);
    await expect(trustCommand(invocation({ yes: true }), root)).rejects.toMatchObject({
      code: 'HOST_KEY_PINNED',
      message: expect.stringMatching(/SHA256:[\s\S]*SHA256:/),
    });
    expect(await readFile(file(), 'utf8')).toBe(before);
    expect(await trustCommand(invocation({ yes: true, replace: true }), root)).toBe(0);
    expect(await readFile(file(), 'utf8')).toBe(before.replace(other, server.connection.hostKey));
  });

  it('where the same key is pinned already says so', async () => {
    const before = await environment(server.connection.hostKey);
    expect(await trustCommand(invocation({}), root)).toBe(0);
    expect(JSON.parse(printed.join(''))).toMatchObject({ saved: false });
    expect(await readFile(file(), 'utf8')).toBe(before);
  });

  it('of a host that the environment does not have names those it has', async () => {
    await environment();
    const unknown = { ...invocation({ yes: true }), arguments: { host: 'anvil' } };
    await expect(trustCommand(unknown, root)).rejects.toMatchObject({ code: 'UNKNOWN_HOST' });
  });
});

it('a key goes into a map in braces too', () => {
  const text = 'hosts:\n  - { name: forge, ssh: { address: a.example, port: 22 } } # one line\n';
  expect(withHostKey(text, 'forge', 'ssh-ed25519 AAAA')).toBe(
    'hosts:\n  - { name: forge, ssh: { address: a.example, hostKey: ssh-ed25519 AAAA, port: 22 } } # one line\n',
  );
});
