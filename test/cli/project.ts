import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a program that ran said and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const tools = 'cat chmod dirname find flock grep gzip head id mkdir node readlink rm sed sh tail tar touch true'.split(
  ' ',
);

/** A copy of the entry in a folder of its own, on a PATH that has only what we put there. */
export interface Project extends AsyncDisposable {
  readonly root: string;
  /** Puts a sh program on the PATH. It notes each call, then does this. */
  stub(name: string, script: string): Promise<void>;
  /** The calls that the stubs noted: `npm ci --ignore-scripts`. */
  calls(): Promise<string[]>;
  run(args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Ended>;
}

/** The program that stands for the whole CLI: it says how it was called. */
const cli = `
const words = process.argv.slice(2).join(' ');
console.log('cli ' + words + ' engine=' + process.env.TERRAFORM_BINARY_NAME);
`;

export async function makeProject(): Promise<Project> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'jernverk-entry-')));
  const stubs = join(root, 'stubs');
  const log = join(root, 'calls');
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true });
  await mkdir(join(root, 'cli'), { recursive: true });
  await mkdir(join(root, 'lab'));
  await mkdir(stubs);
  for (const file of ['jernverk', 'package.json', 'package-lock.json', 'scripts', 'lab/packages.txt']) {
    await cp(file, join(root, file), { recursive: true });
  }
  await writeFile(join(root, 'cli/start.ts'), cli);
  await writeFile(join(root, 'node_modules/.package-lock.json'), '{}');
  await writeFile(join(root, 'node_modules/.bin/cdktf'), '');
  for (const name of ['esbuild', '@esbuild']) {
    await symlink(resolve('node_modules', name), join(root, 'node_modules', name));
  }
  for (const name of await directPackages(root)) {
    const folder = join(root, 'node_modules', name);
    await mkdir(folder, { recursive: true });
    if (name !== 'esbuild') await writeFile(join(folder, 'package.json'), '{}');
  }
  for (const name of tools) await symlink(await which(name), join(stubs, name));
  const stub = async (name: string, script: string): Promise<void> => {
    const file = join(stubs, name);
    await rm(file, { force: true });
    await writeFile(file, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>'${log}'\n${script}\n`);
    await chmod(file, 0o755);
  };
  return {
    root,
    stub,
    calls: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    run: (args, variables = {}) =>
      new Promise((resolve) => {
        execFile(
          join(root, 'jernverk'),
          [...args],
          { cwd: root, env: { PATH: stubs, HOME: root, ...variables } },
          (error, stdout, stderr) => {
            resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
          },
        );
      }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** The packages that package.json itself names. */
async function directPackages(root: string): Promise<string[]> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies });
}

export function which(name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', 'command -v "$1"', 'sh', name], (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
  });
}
