import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createIdentity, pem } from '../../../provision/terraform/certificate.ts';
import { bundleProvider } from './support/terraform.ts';

const cookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const terraform = createIdentity(new Date());
const clientCertificate = pem('CERTIFICATE', terraform.certificate);

describe('the provider process', () => {
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jernverk-handshake-'));
    program = join(folder, 'provider.mjs');
    await bundleProvider(program);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const environment = (more: object = {}) => ({
    PATH: process.env.PATH,
    TF_PLUGIN_MAGIC_COOKIE: cookie,
    PLUGIN_PROTOCOL_VERSIONS: '5,6',
    PLUGIN_CLIENT_CERT: clientCertificate,
    PLUGIN_UNIX_SOCKET_DIR: folder,
    ...more,
  });

  async function ended(env: NodeJS.ProcessEnv): Promise<{ code: number; stdout: string; stderr: string }> {
    const child = spawn('node', [program], { env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => (stderr += data));
    const [code] = await once(child, 'close');
    return { code, stdout, stderr };
  }

  async function started() {
    const child = spawn('node', [program], { env: environment() });
    const [line] = await once(createInterface(child.stdout), 'line');
    const [core, protocol, network, socket, kind, certificate] = String(line).split('|');
    const server = pem('CERTIFICATE', Buffer.from(certificate ?? '', 'base64'));
    return { child, line: [core, protocol, network, kind], socket: socket ?? '', server };
  }

  const clientOf = (socket: string, server: string, identity: typeof terraform | null): Client => {
    const key = identity && Buffer.from(identity.key.export({ format: 'pem', type: 'pkcs8' }));
    const chain = identity && Buffer.from(pem('CERTIFICATE', identity.certificate));
    const secure = credentials.createSsl(Buffer.from(server), key, chain);
    return new Client(`unix:${socket}`, secure, { 'grpc.ssl_target_name_override': 'localhost' });
  };

  /** The error of a call with an empty message, or null. */
  const callError = (client: Client, path: string): Promise<string | null> =>
    new Promise((resolve) => {
      const same = (bytes: Buffer): Buffer => bytes;
      const deadline = new Date(Date.now() + 10_000);
      client.makeUnaryRequest(path, same, same, Buffer.alloc(0), { deadline }, (error) => {
        client.close();
        resolve(error === null ? null : error.message);
      });
    });

  const shutDown = ({ socket, server }: { socket: string; server: string }) =>
    callError(clientOf(socket, server, terraform), '/plugin.GRPCController/Shutdown');

  it('explains itself to a person who starts it by hand', async () => {
    const { code, stdout, stderr } = await ended({ PATH: process.env.PATH });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Terraform starts it by itself');
    expect(stderr).toContain('npx cdktf diff');
  });

  it('refuses another protocol and a connection without certificates', async () => {
    const old = await ended(environment({ PLUGIN_PROTOCOL_VERSIONS: '5' }));
    expect(old).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('plugin protocol 6') });
    const open = await ended(environment({ PLUGIN_CLIENT_CERT: undefined }));
    expect(open).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('mutual TLS only') });
  });

  it('offers a socket and a certificate for localhost in one line, and ends when it is told', async () => {
    const provider = await started();
    expect(provider.line).toEqual(['1', '6', 'unix', 'grpc']);
    const certificate = new X509Certificate(provider.server);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);

    expect(await shutDown(provider)).toBeNull();
    const [code] = await once(provider.child, 'close');
    expect(code).toBe(0);
    expect(existsSync(provider.socket)).toBe(false);
  });

  it('answers nobody but the Terraform that started it', async () => {
    const provider = await started();
    const path = '/tfplugin6.Provider/GetProviderSchema';
    const stranger = createIdentity(new Date());
    expect(await callError(clientOf(provider.socket, provider.server, null), path)).not.toBeNull();
    expect(await callError(clientOf(provider.socket, provider.server, stranger), path)).not.toBeNull();
    expect(await callError(clientOf(provider.socket, provider.server, terraform), path)).toBeNull();
    await shutDown(provider);
  });

  it('answers a call that it does not know with UNIMPLEMENTED', async () => {
    const provider = await started();
    const client = clientOf(provider.socket, provider.server, terraform);
    expect(await callError(client, '/tfplugin6.Provider/GetFunctions')).toContain('UNIMPLEMENTED');
    await shutDown(provider);
  });

  it('does not outlive a parent that was killed', async () => {
    const parent = spawn('sh', ['-c', `node ${program} & echo $!; wait`], { env: environment() });
    const lines: string[] = [];
    createInterface(parent.stdout).on('line', (line) => lines.push(line));
    await vi.waitFor(() => expect(lines).toHaveLength(2), { timeout: 15_000 });
    const provider = Number(lines.find((line) => /^\d+$/.test(line)));
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(provider, 0)).toThrow('ESRCH'), { timeout: 15_000 });
    expect((await readdir(folder)).filter((name) => name.startsWith('jernverk-'))).toEqual([]);
  });
});
