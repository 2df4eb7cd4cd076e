import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const biome = resolve('node_modules/.bin/biome');

/** The repository's rules in a folder of their own, so that a bad file can be put anywhere. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'jernverk-rules-'));
  await cp('biome.json', join(project, 'biome.json'));
  await writeFile(join(project, '.gitignore'), '');
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** The messages of the linter on a file with one import, in a place of the tree. */
async function lint(file: string, imported: string): Promise<string> {
  const target = join(project, file);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `import '${imported}';\n`);
  return new Promise((resolve, reject) => {
    execFile(
      biome,
      ['lint', '--colors=off', '--vcs-enabled=false', file],
      { cwd: project },
      (error, stdout, stderr) => {
        const output = stdout + stderr;
        if (!output.includes('Checked 1 file')) reject(new Error(output));
        else resolve(error === null ? '' : output);
      },
    );
  });
}

const refused: readonly (readonly [file: string, imported: string, message: string])[] = [
  ['provision/gather.ts', 'node-ssh', 'speaks SSH'],
  ['provision/cli/plan.ts', 'ssh2', 'speak SSH'],
  ['provision/host/channel.ts', 'node-ssh', 'speaks SSH'],
  ['provision/cli/plan.ts', 'cdktf', 'Only stacks/ knows CDKTF'],
  ['provision/terraform/service.ts', '@cdktf/provider-null/lib/resource/index.js', 'Only stacks/ knows CDKTF'],
  ['provision/kernel/desired.ts', 'handlebars', 'Only provision/render.ts knows handlebars'],
  ['provision/kernel/steps.ts', '../render.ts', 'Templates are rendered where'],
  ['provision/apply.ts', './render.ts', 'Templates are rendered where'],
  ['stacks/main.ts', 'node-ssh', 'speaks SSH'],
  ['provision/docker/facts.ts', '../host.ts', 'A topic is pure'],
  ['provision/rabbitmq/desired.ts', '../gather.ts', 'A topic is pure'],
  ['provision/release/steps.ts', '../apply.ts', 'A topic is pure'],
  ['provision/release/steps.ts', '../apply/upload.ts', 'A topic is pure'],
];

const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['provision/host.ts', 'node-ssh'],
  ['provision/host/channel.ts', 'ssh2'],
  ['stacks/host-stack.ts', 'cdktf'],
  ['provision/render.ts', 'handlebars'],
  ['provision/kernel/desired.ts', '../render.ts'],
  ['provision/cli/plan.ts', '../host.ts'],
  ['provision/terraform/reader.ts', '../gather.ts'],
  ['test/support/ssh-server.ts', 'ssh2'],
];

describe('the rules of who may import what', () => {
  it.each(refused)('%s must not import %s', async (file, imported, message) => {
    expect(await lint(file, imported)).toContain(message);
  });

  it.each(allowed)('%s may import %s', async (file, imported) => {
    expect(await lint(file, imported)).toBe('');
  });
});
