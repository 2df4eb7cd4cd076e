import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuildFailure, type BuildOptions, type BuildResult, build, type Message } from 'esbuild';
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

/** The programs that are the same in every image: `main.mjs`, the slot, and `enqueue.mjs`. */
export async function bundleRuntime(projectRoot: string): Promise<readonly Program[]> {
  const entryPoints = ['main', 'enqueue'].map((name) => ({ in: `platform/runtime/${name}.ts`, out: name }));
  const output = await bundle('runtime', { ...shared, absWorkingDir: resolve(projectRoot), entryPoints });
  return programsOf(output);
}

/** Bundles one worker. Throws InputError WORKER_MISSING or WORKER_BUILD; the message names worker, file and line. */
export async function bundleWorker(projectRoot: string, worker: string): Promise<WorkerBundle> {
  const source = `workers/${worker}/main.ts`;
  await access(join(projectRoot, source)).catch((cause: unknown) => {
    throw new InputError('WORKER_MISSING', `worker "${worker}": ${source} does not exist`, {
      hint: 'make it, or take the worker out of the environment',
      cause,
    });
  });
  const output = await bundle(worker, {
    ...shared,
    absWorkingDir: resolve(projectRoot),
    entryPoints: [{ in: source, out: 'worker' }],
  });
  const [program] = programsOf(output);
  if (program === undefined) throw new InputError('WORKER_BUILD', `worker "${worker}": ${source} gave no program`);
  return { program, packages: nativeImportsOf(output) };
}

async function bundle(worker: string, options: BuildOptions & typeof shared): Promise<Output> {
  try {
    return await build(options);
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

const programsOf = (output: Output): readonly Program[] =>
  output.outputFiles.map((file) => ({ name: file.path.slice(file.path.lastIndexOf('/') + 1), code: file.contents }));

function nativeImportsOf(output: Output): readonly string[] {
  const imports = Object.values(output.metafile.outputs).flatMap((file) => file.imports.map((item) => item.path));
  return nativePackages.filter((name) => imports.some((path) => path === name || path.startsWith(`${name}/`)));
}
