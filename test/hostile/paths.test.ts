import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunFolder } from '../../benchmarks/run/store.ts';
import { prove, resultFile } from '../../cli/up.ts';
import { sha256 } from '../../lib/sha256.ts';
import { blobPath, openBlob } from '../../platform/build/blobs.ts';
import { connect } from '../../provision/ssh/connect.ts';
import { answering, handedOver } from '../support/hostile-host.ts';
import { startServer } from '../support/ssh-server.ts';

let base: string;
let project: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'jernverk-paths-'));
  project = join(base, 'a/project');
  await mkdir(project, { recursive: true });
});
afterEach(() => rm(base, { recursive: true }));

const files = async (): Promise<readonly string[]> => {
  const entries = await readdir(base, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(base.length));
};

const job = { worker: 'image-resizer', file: 'photo.jpg', input: { format: 'webp' }, digest: '' };

describe('the result of a first job', () => {
  it('is put where the worker cannot say, whatever it says of the format', async () => {
    await writeFile(join(project, 'photo.jpg'), 'photo');
    const output = { file: `sha256:${sha256('owned')}`, format: '/../../../owned' };
    const record = (id: string) => JSON.stringify({ id, state: 'done', output, reason: null, finishedAt: '' });
    await using server = await startServer({
      exec: answering((script, input) =>
        input === '' ? Buffer.from('owned').toString('base64') : handedOver(record)(script, input),
      ),
    });
    await using host = await connect(server.connection);
    expect((await prove(host, job, project)).result).toBe('.jernverk/results/image-resizer.webp');
    expect(await files()).toEqual(['/a/project/photo.jpg', '/a/project/.jernverk/results/image-resizer.webp']);
  });

  it('is of the kind that was asked for, or of that of the file that was sent', () => {
    expect(resultFile({ ...job, input: {} })).toBe('.jernverk/results/image-resizer.jpg');
    expect(resultFile({ ...job, input: { format: '../x' } })).toBe('.jernverk/results/image-resizer.jpg');
  });
});

describe('a name that a host may have said', () => {
  it.each(['../../../../secret', '', 'A'.repeat(64), `${'0'.repeat(64)}\n`, `${'0'.repeat(63)}/`])(
    'is no blob: %j',
    (name) => {
      expect(() => blobPath(project, name)).toThrow('not the digest of a blob');
      expect(() => openBlob(project, name)).toThrow('not the digest of a blob');
    },
  );

  it.each(['../../../owned', '..', 'a/../../../../owned', '/owned', './.ssh/owned'])(
    'keeps raw output in its folder: %s',
    async (name) => {
      const folder = await openRunFolder(join(project, 'runs'), new Date(0));
      await folder.keep(name, 'command', 'text');
      expect((await files()).every((path) => path.startsWith('/a/project/runs/1970-01-01T00-00-00Z/raw/'))).toBe(true);
    },
  );
});
