import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, makeProject, type Project } from './project.ts';

const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const archiveName = `tofu_9.9.9_linux_${architecture}.tar.gz`;

let project: Project;
let server: Server;
let requests: string[];
/** An archive with a program `tofu`, like a release's. */
let archive: Buffer;

beforeEach(async () => {
  project = await makeProject();
  requests = [];
  const program = join(project.root, 'tofu');
  await writeFile(program, '#!/bin/sh\necho OpenTofu\n');
  await writeFile(join(project.root, 'LICENSE'), 'MPL');
  archive = execFileSync('tar', ['-czf', '-', '-C', project.root, 'LICENSE', 'tofu']);
  await pin(archive);
  const cdktf = join(project.root, 'node_modules/.bin/cdktf');
  await writeFile(cdktf, '#!/bin/sh\necho "cdktf $* engine=$TERRAFORM_BINARY_NAME checkpoint=$CHECKPOINT_DISABLE"\n');
  await chmod(cdktf, 0o755);
  await project.stub('dpkg-query', 'echo installed');
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await project[Symbol.asyncDispose]();
});

async function pin(content: Buffer): Promise<void> {
  const digest = createHash('sha256').update(content).digest('hex');
  await writeFile(join(project.root, 'scripts/tofu.sha256'), `${digest}  ${archiveName}\n`);
}

async function serve(answer: RequestListener): Promise<string> {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/releases`;
}

const diff = (address: string): Promise<Ended> => project.run(['cdktf', 'diff'], { JERNVERK_TOFU_URL: address });

const installed = (): string => join(project.root, '.jernverk/tofu/9.9.9/tofu');

/** Nothing of a refused download is left: no program, no archive, no scratch folder. */
async function expectNothingLeft(): Promise<void> {
  expect(await readdir(dirname(installed())).catch(() => [])).toEqual([]);
}

describe('terraform or tofu on the PATH', () => {
  it('is used as it is', async () => {
    await project.stub('terraform', '');
    await project.stub('tofu', '');
    expect((await diff('http://127.0.0.1:1')).stdout).toBe('cdktf diff engine=terraform checkpoint=1\n');
  });

  it('may be tofu alone', async () => {
    await project.stub('tofu', '');
    expect((await diff('http://127.0.0.1:1')).stdout).toBe('cdktf diff engine=tofu checkpoint=1\n');
  });

  it('may be named by TERRAFORM_BINARY_NAME', async () => {
    await project.stub('terraform', '');
    await project.stub('my-tofu', '');
    const { stdout } = await project.run(['cdktf', 'diff'], { TERRAFORM_BINARY_NAME: 'my-tofu' });
    expect(stdout).toBe('cdktf diff engine=my-tofu checkpoint=1\n');
  });
});

describe('where neither is there, the pinned OpenTofu', () => {
  it('is fetched, checked and used, once', async () => {
    const address = await serve((_request, response) => response.end(archive));
    expect(await diff(address)).toMatchObject({ code: 0, stdout: `cdktf diff engine=${installed()} checkpoint=1\n` });
    expect(execFileSync(installed(), { encoding: 'utf8' })).toBe('OpenTofu\n');
    expect((await diff(address)).code).toBe(0);
    expect(requests).toEqual([`/releases/v9.9.9/${archiveName}`]);
  });

  it('is refused where its sum is another, and nothing is left', async () => {
    await pin(Buffer.from('another'));
    const { code, stdout, stderr } = await diff(await serve((_request, response) => response.end(archive)));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/is refused: its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}. Nothing was installed/);
    await expectNothingLeft();
  });

  it('is refused where the download breaks off', async () => {
    const address = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': archive.length });
      response.write(archive.subarray(0, 20), () => response.destroy());
    });
    expect(await diff(address)).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot fetch') });
    await expectNothingLeft();
  });

  it('is refused where a whole answer is too short', async () => {
    const address = await serve((_request, response) => response.end(archive.subarray(0, 20)));
    expect(await diff(address)).toMatchObject({ code: 1, stderr: expect.stringContaining('is refused') });
    await expectNothingLeft();
  });

  it('that the server does not have is said with the address and what to do by hand', async () => {
    const address = await serve((_request, response) => response.writeHead(404).end());
    const { code, stderr } = await diff(address);
    expect(code).toBe(1);
    expect(stderr).toContain(`cannot fetch ${address}/v9.9.9/${archiveName}: the server answered 404`);
    expect(stderr).toContain('By hand: put terraform or tofu');
    await expectNothingLeft();
  });

  it('is no reason for up to stop where there is no network', async () => {
    const address = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    const { code, stdout, stderr } = await project.run(['up', '--kind=nspawn'], { JERNVERK_TOFU_URL: address });
    expect(code).toBe(0);
    expect(stdout).toContain('cli up');
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('going on without');
    expect(existsSync(installed())).toBe(false);
  });
});

describe('the pins of this repository', () => {
  it('are sums of one version for both architectures', async () => {
    const lines = (await readFile('scripts/tofu.sha256', 'utf8')).trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^[0-9a-f]{64} {2}tofu_(\d+\.\d+\.\d+)_linux_amd64\.tar\.gz$/),
      expect.stringMatching(/^[0-9a-f]{64} {2}tofu_(\d+\.\d+\.\d+)_linux_arm64\.tar\.gz$/),
    ]);
    expect(new Set(lines.map((line) => line.split('_')[1])).size).toBe(1);
  });
});
