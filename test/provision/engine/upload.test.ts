import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { blobPath, openBlob, putBlob } from '../../../platform/build/blobs.ts';
import { readKeptManifest, releaseId, writeManifest } from '../../../platform/build/manifest-file.ts';
import { workerFileSchema } from '../../../platform/contract/worker-file.ts';
import { upload } from '../../../provision/engine/upload.ts';
import { connect } from '../../../provision/ssh/connect.ts';
import type { Output } from '../../../provision/ssh/host.ts';
import { LocalHost } from '../../support/local-host.ts';
import { startServer } from '../../support/ssh-server.ts';

const digest = 'a'.repeat(64);
const step = { kind: 'upload', title: 'send', digests: [digest] } as const;

it('a blob that the local store lacks fails the upload, and neither hangs nor ends the program', async () => {
  await using server = await startServer();
  await using host = await connect(server.connection);
  const uploading = upload(host, step, () => createReadStream('/nowhere/blob'));
  await expect(uploading).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    message: expect.stringContaining('ENOENT'),
  });
});

it.each([
  ['a file that is not there', () => '/nowhere/photo.jpg'],
  ['a folder', () => mkdtempSync(join(tmpdir(), 'jernverk-upload-'))],
])('%s as input fails the command that was to get it', async (_, path) => {
  await using server = await startServer();
  await using host = await connect(server.connection);
  const running = host.run({ script: 'cat >/dev/null' }, { input: createReadStream(path()) });
  await expect(running).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});

/** Names things of the operator's as what it lacks. */
class Greedy extends LocalHost {
  override capture = (): Promise<string> =>
    Promise.resolve(`${'b'.repeat(64)}\n../../../../secret\n${digest}\n${digest}\n`);
  override run = (): Promise<Output> => Promise.resolve({ stdout: '', stderr: '' });
}

it('a host gets what was offered and nothing else that it names', async () => {
  const opened: string[] = [];
  await upload(new Greedy(), { ...step, digests: ['c'.repeat(64), digest] }, (name) => {
    opened.push(name);
    return Readable.from([]);
  });
  expect(opened).toEqual([digest]);
});

describe('the local store', () => {
  const project = mkdtempSync(join(tmpdir(), 'jernverk-blobs-'));

  it.each(['../../secret', '/etc/passwd', '', 'A'.repeat(64), `${digest}/`])('opens no blob named %j', (name) => {
    expect(() => openBlob(project, name)).toThrow('not the digest of a blob');
  });

  it('a blob that is damaged is not sent, and is built again by the next run', async () => {
    const content = Buffer.from('a layer');
    const name = await putBlob(project, content);
    expect(await text(openBlob(project, name))).toBe('a layer');
    writeFileSync(blobPath(project, name), 'a lawer');
    await expect(text(openBlob(project, name))).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
    await putBlob(project, content);
    expect(await text(openBlob(project, name))).toBe('a layer');
  });
});

it('a manifest that a host damaged, or made up, is not rolled back to', () => {
  const declared = workerFileSchema.parse({});
  const workers = [{ worker: 'tick', declared, layers: [{ digest, bytes: 1, title: 'code' }], entry: '/app/main.mjs' }];
  const id = releaseId(workers);
  expect(readKeptManifest(writeManifest({ id, workers }), id)).toEqual({ id, workers });
  const other = writeManifest({ id, workers: workers.map((build) => ({ ...build, entry: '/bin/sh' })) });
  expect(() => readKeptManifest(other, id)).toThrow('is damaged');
  expect(() => readKeptManifest(writeManifest({ id, workers }), '000000000000')).toThrow('is damaged');
  expect(() => readKeptManifest(writeManifest({ id: '000000000000', workers }), id)).toThrow('is damaged');
});
