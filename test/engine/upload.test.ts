import { createReadStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { upload } from '../../provision/apply/upload.ts';
import { connect } from '../../provision/host.ts';
import { startServer } from '../support/ssh-server.ts';

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
