import { describe, expect, it } from 'vitest';
import type { Command } from '../../provision/command.ts';
import { enqueueOn, fetchFile } from '../../provision/enqueue.ts';
import { CommandFailed } from '../../provision/errors.ts';
import type { Output, RunOptions } from '../../provision/host.ts';
import { sha256 } from '../../provision/release/blobs.ts';
import { enqueueCommand } from '../../provision/release/enqueue.ts';
import { LocalHost } from '../support/local-host.ts';

/** A host that gives these answers and keeps what it was asked with. */
class ScriptedHost extends LocalHost {
  readonly options: RunOptions[] = [];
  readonly #answer: string;

  constructor(answer: string) {
    super();
    this.#answer = answer;
  }

  override async run(_command: Command, options: RunOptions = {}): Promise<Output> {
    this.options.push(options);
    return { stdout: this.#answer, stderr: '' };
  }

  override async capture(): Promise<string> {
    return this.#answer;
  }
}

const request = { worker: 'tick', input: {}, withFile: false, count: 1, waitSeconds: null };

describe('handing in a job', () => {
  it('takes an image of the host only: a registry could have anything under that name', () => {
    expect(enqueueCommand(request).script).toContain('docker run --pull never ');
  });

  it('makes no folder in place of a secret that is missing, as --volume does', () => {
    const { script } = enqueueCommand(request);
    expect(script).toContain('--mount type=bind,src=/etc/jernverk/secrets/rabbitmq/enqueue,');
    expect(script).not.toContain('--volume');
  });

  it('may take as long as it is told to wait', async () => {
    const id = '0b0b3c1e-57c5-4f0a-9d7c-0d2f3a4b5c6d';
    const record = { id, state: 'done', output: {}, reason: null, finishedAt: '2026-11-23T09:00:00Z' };
    const host = new ScriptedHost(`${JSON.stringify(record)}\n`);
    await enqueueOn(host, null, { ...request, waitSeconds: 7200 });
    expect(host.options[0]?.timeoutMs).toBeGreaterThan(7_200_000);
  });

  it('that the broker did not confirm fails with what was said', async () => {
    const host = new ScriptedHost('');
    await expect(enqueueOn(host, null, request)).rejects.toMatchObject({ code: 'ENQUEUE_FAILED', exitCode: 1 });
  });
});

it('a host without a release says so, before it takes a file', async () => {
  const failed = new CommandFailed('COMMAND_FAILED', 'exited with 3', { command: '', status: 3, stderr: '' });
  const host = new (class extends LocalHost {
    override run = (): Promise<Output> => Promise.reject(failed);
  })();
  await expect(enqueueOn(host, null, request)).rejects.toMatchObject({
    code: 'NO_RELEASE',
    exitCode: 2,
    hint: './jernverk apply',
  });
  expect(enqueueCommand(request).script).toMatch(/^\[ -s \S+ \] \|\| exit 3\n/);
});

it('a host whose file store is at its limit says so, with figures', async () => {
  const stderr = 'files 1073741824 4294967296 9000000 9999999\n';
  const failed = new CommandFailed('COMMAND_FAILED', 'exited with 4', { command: '', status: 4, stderr });
  const host = new (class extends LocalHost {
    override run = (): Promise<Output> => Promise.reject(failed);
  })();
  await expect(enqueueOn(host, null, request)).rejects.toMatchObject({
    code: 'FILE_STORE_FULL',
    message: 'here: no job is taken: 1.0 GB free for the files of jobs, and none is taken below 4.0 GB',
  });
});

describe('a file of the store', () => {
  const reference = `sha256:${sha256('photo')}`;

  it('is what its reference says', async () => {
    const host = new ScriptedHost(Buffer.from('photo').toString('base64'));
    expect(String(await fetchFile(host, reference))).toBe('photo');
  });

  it('is refused where it is something else', async () => {
    const host = new ScriptedHost(Buffer.from('root:*:1').toString('base64'));
    await expect(fetchFile(host, reference)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  });
});
