import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuildFailure, type BuildOptions, type BuildResult, build, type Message, type OutputFile } from 'esbuild';
import { InputError } from '../../lib/errors.ts';

/** Packages with native parts. They are not bundled; they go into the layer of dependencies. */
export const nativePackages = ['sharp'] as const;

/** A program in one JavaScript file. */
export interface Program {
  /** Its name in the image, for example `worker.mjs`. */
  readonly name: string;
  readonly code: Uint8Array;
}

export interface WorkerBundle {
  readonly program: Program;
  /** The native packages that the worker imports. */
  readonly packages: readonly string[];
}

const shared = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: [...nativePackages],
  outdir: 'out',
  outExtension: { '.js': '.mjs' },
  charset: 'utf8',
  logLevel: 'silent',
  // Some bundled packages are CommonJS and call require for Node's own modules.
  banner: {
    js: "import { createRequire as jernverkRequire } from 'node:module'; const require = jernverkRequire(import.meta.url);",
  },
} satisfies BuildOptions;

type Output = BuildResult<typeof shared>;
type Entries = { in: string; out: string }[];

const runtimeEntries = ['main', 'enqueue'].map((name) => ({ in: `platform/runtime/${name}.ts`, out: name }));
const sourceOf = (worker: string): string => `workers/${worker}/main.ts`;
const entryOf = (worker: string) => ({ in: sourceOf(worker), out: `${worker}/worker` });

/** The programs that are the same in every image: `main.mjs`, the slot, and `enqueue.mjs`. */
export async function bundleRuntime(projectRoot: string): Promise<readonly Program[]> {
  return programsOf(await bundle('runtime', projectRoot, runtimeEntries));
}

/** Bundles one worker. Throws InputError WORKER_MISSING or WORKER_BUILD; the message names worker, file and line. */
export async function bundleWorker(projectRoot: string, worker: string): Promise<WorkerBundle> {
  await requireSource(projectRoot, worker);
  return workerIn(await bundle(worker, projectRoot, [entryOf(worker)]), worker);
}

export interface Bundles {
  readonly runtime: readonly Program[];
  readonly workers: ReadonlyMap<string, WorkerBundle>;
}

/**
 * Bundles the runtime and all workers together, so that esbuild reads what they share only once. The programs are the
 * same as those that are bundled alone. Throws like `bundleWorker`.
 */
export async function bundleAll(projectRoot: string, workers: readonly string[]): Promise<Bundles> {
  await Promise.all(workers.map((worker) => requireSource(projectRoot, worker)));
  const entries = [...runtimeEntries, ...workers.map(entryOf)];
  const output = await buildIn(projectRoot, entries).catch(async (error: unknown) => {
    // Alone, so that the message can say which worker it is.
    await bundleRuntime(projectRoot);
    for (const worker of workers) await bundleWorker(projectRoot, worker);
    throw error;
  });
  const isRuntime = ({ name }: Program): boolean => runtimeEntries.some(({ out }) => name === `${out}.mjs`);
  return {
    runtime: programsOf(output).filter(isRuntime),
    workers: new Map(workers.map((worker) => [worker, workerIn(output, worker)])),
  };
}

async function requireSource(projectRoot: string, worker: string): Promise<void> {
  const source = sourceOf(worker);
  await access(join(projectRoot, source)).catch((cause: unknown) => {
    throw new InputError('WORKER_MISSING', `worker "${worker}": ${source} does not exist`, {
      hint: 'make it, or take the worker out of the environment',
      cause,
    });
  });
}

function workerIn(output: Output, worker: string): WorkerBundle {
  const path = `${entryOf(worker).out}.mjs`;
  const file = output.outputFiles.find((one) => one.path.endsWith(`/${path}`));
  if (file === undefined)
    throw new InputError('WORKER_BUILD', `worker "${worker}": ${sourceOf(worker)} gave no program`);
  return { program: programOf(file), packages: nativeImportsOf(output, path) };
}

const buildIn = (projectRoot: string, entryPoints: Entries): Promise<Output> =>
  build({ ...shared, absWorkingDir: resolve(projectRoot), entryPoints });

async function bundle(worker: string, projectRoot: string, entries: Entries): Promise<Output> {
  try {
    return await buildIn(projectRoot, entries);
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const problems = error.errors.map((message) => `worker "${worker}": ${describe(message)}`);
    throw new InputError('WORKER_BUILD', problems.join('\n'), { cause: error });
  }
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error;

function describe({ text, location }: Message): string {
  if (location === null) return text;
  return `${location.file}:${location.line}:${location.column + 1}: ${text}\n    ${location.lineText.trim()}`;
}

const programOf = ({ path, contents }: OutputFile): Program => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  code: contents,
});
const programsOf = (output: Output): readonly Program[] => output.outputFiles.map(programOf);

function nativeImportsOf({ metafile }: Output, path: string): readonly string[] {
  const [, file] = Object.entries(metafile.outputs).find(([name]) => name.endsWith(`/${path}`)) ?? [];
  const imports = (file?.imports ?? []).map((item) => item.path);
  return nativePackages.filter((name) => imports.some((path) => path === name || path.startsWith(`${name}/`)));
}
