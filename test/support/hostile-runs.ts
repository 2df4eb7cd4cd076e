import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { expect } from 'vitest';
import { projectRoot } from './command-line.ts';
import { type Exec, startServer, type TestServer } from './ssh-server.ts';
import { textLoaders } from './text-files.ts';

/** What one command line printed and how it ended. */
export interface Run {
  readonly exitCode: number;
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The most memory that the program had used until then, in kilobytes. */
  readonly maxRss: number;
}

/** A project, hosts that mean harm, and a folder next to the project in which nothing may ever be written. */
export interface Range<Kind extends string> extends AsyncDisposable {
  /**
   * Runs a command line against the host of each kind. Rejects if the program did not come to its end. With workers,
   * each `plan` builds them, which takes most of the time.
   */
  run(words: readonly string[], workers: 'with workers' | 'without workers'): Promise<ReadonlyMap<Kind, Run>>;
  /** How many times a client logged in to each host. */
  logins(): ReadonlyMap<Kind, number>;
  /** Every file except those in the project's `.jernverk`. */
  tree(): Promise<Readonly<Record<string, string>>>;
}

/** Milliseconds for one command against all kinds, on a busy machine. */
const watchdogMs = 500_000;

/** `patienceMs` limits how long the program waits for a host if it would wait longer. */
export async function openRange<Kind extends string>(
  kinds: ReadonlyMap<Kind, Exec>,
  patienceMs: number,
): Promise<Range<Kind>> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'jernverk-hostile-')));
  const project = join(base, 'project');
  await makeProject(base);
  const program = await bundle();
  const servers: TestServer[] = [];
  const environments: string[] = [];
  for (const exec of kinds.values()) {
    const server = await startServer({ exec });
    servers.push(server);
    const file = join(project, `${servers.length}`);
    environments.push(file);
    await writeFile(`${file} with workers.yaml`, environment(server, [{ name: 'empty', slots: 1 }]));
    await writeFile(`${file} without workers.yaml`, environment(server, []));
  }
  return {
    run: async (words, workers) => {
      const lines = environments.map((file) => ['--env', `${file} ${workers}.yaml`, ...words]);
      const runs = await runLines(program, lines, base, patienceMs);
      return new Map([...kinds.keys()].map((kind, index): [Kind, Run] => [kind, runs[index] ?? noRun]));
    },
    logins: () =>
      new Map([...kinds.keys()].map((kind, index): [Kind, number] => [kind, servers[index]?.logins() ?? 0])),
    tree: () => treeOf(base),
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]();
      await rm(base, { recursive: true, force: true });
      await rm(program, { force: true });
    },
  };
}

const noRun: Run = { exitCode: -1, seconds: 0, stdout: '', stderr: 'it did not run', maxRss: 0 };

function environment(
  { connection: { address, port, identity, hostKey } }: TestServer,
  workers: readonly object[],
): string {
  const ssh = { address, port, user: 'root', identity, hostKey };
  const hosts = [{ name: 'forge', roles: ['broker', 'worker'], ssh }];
  return JSON.stringify({ name: 'hostile', hosts, workers });
}

async function makeProject(base: string): Promise<void> {
  const project = join(base, 'project');
  await mkdir(join(project, 'workers'), { recursive: true });
  await mkdir(join(base, 'outside'));
  await writeFile(join(base, 'outside', 'sentinel'), 'secret\n');
  await symlink(join(projectRoot, 'benchmarks/budgets/worker'), join(project, 'workers/empty'));
  for (const room of ['lib', 'platform']) await symlink(join(projectRoot, room), join(project, room));
  await symlink(join(projectRoot, 'node_modules'), join(project, 'node_modules'));
  for (const file of ['package.json', 'package-lock.json']) await cp(join(projectRoot, file), join(project, file));
}

/** Writes the program into the repository, where Node finds the packages. */
async function bundle(): Promise<string> {
  const outfile = join(projectRoot, '.jernverk', 'test', `many-runs-${process.pid}.mjs`);
  await build({
    ...{ absWorkingDir: projectRoot, entryPoints: ['test/support/many-runs.ts'], outfile },
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', logLevel: 'silent' },
    loader: textLoaders,
  });
  return outfile;
}

/** Runs all lines in one program with little memory. */
async function runLines(
  program: string,
  lines: readonly (readonly string[])[],
  base: string,
  patienceMs: number,
): Promise<readonly Run[]> {
  const child = fork(program, [JSON.stringify(lines)], {
    cwd: join(base, 'project'),
    env: {
      ...{ PATH: process.env.PATH, HOME: join(base, 'outside'), NO_COLOR: '1' },
      JERNVERK_TEST_PATIENCE_MS: String(patienceMs),
    },
    execArgv: ['--max-old-space-size=256'],
    silent: true,
  });
  let uncaught = '';
  child.stderr?.on('data', (chunk) => {
    uncaught += chunk;
  });
  const runs: Run[] = [];
  let current = '';
  child.on('message', (message: Run | { readonly begins: string }) => {
    if ('begins' in message) current = message.begins;
    else runs.push(message);
  });
  const watchdog = setTimeout(() => child.kill('SIGKILL'), watchdogMs);
  const [code] = await once(child, 'close');
  clearTimeout(watchdog);
  if (code === 0 && runs.length === lines.length) return runs;
  throw new Error(
    `the program ended with ${child.signalCode ?? code} at ${current}, number ${runs.length}: ${uncaught}`,
  );
}

async function treeOf(base: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(base, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(base, path).startsWith('project/.jernverk/'));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')] as const)),
  );
}

export const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;
/** Lines that look like ours. The bar of a quotation is not white space. */
const forged = /^\s*(forge2|jernverk): all fine/m;
/** Stack traces, and the words of errors that nobody foresaw. */
const unforeseen =
  /^\s+at .*:\d+:\d+|TypeError|RangeError|ReferenceError|SyntaxError|Maximum call stack|heap out of memory|Warning: |undefined/m;

/** Expectations for every command against every host. */
export function expectHarmless({ stdout, stderr, maxRss }: Run): void {
  const printed = `${stdout}${stderr}`;
  expect(printed).not.toMatch(unprintable);
  expect(printed).not.toMatch(forged);
  expect(printed).not.toMatch(unforeseen);
  expect(printed.length).toBeLessThan(200_000);
  expect(maxRss / 1024, 'MB').toBeLessThan(800);
}
