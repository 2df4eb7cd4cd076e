import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { labUpCommand } from '../../cli/lab.ts';

const environment = `name: tiny
hosts:
  - { name: forge, roles: [broker], ssh: { address: 192.0.2.10 } }
`;

it('no local host is made by the name of a real one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jernverk-up-'));
  const file = join(folder, 'tiny.yaml');
  await writeFile(file, environment);
  const invocation = { environment: file, json: false, arguments: {}, rest: ['forge'], options: {} };
  await expect(labUpCommand(invocation)).rejects.toMatchObject({ code: 'LAB_REAL_HOST', exitCode: 2 });
  await expect(labUpCommand({ ...invocation, rest: [] })).rejects.toMatchObject({ code: 'LAB_NO_HOST', exitCode: 2 });
  await rm(folder, { recursive: true });
});
