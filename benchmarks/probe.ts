import { join } from 'node:path';
import { build } from 'esbuild';
import { type Command, sh } from '../lib/shell.ts';
import { brokerFolder } from '../platform/contract/places.ts';
import { type Mount, type Sandbox, sandboxOptions } from '../platform/contract/sandbox.ts';

const programs = new Map<string, Promise<string>>();

/**
 * Returns a load program, given by its path in the project, bundled into one text. Each program is bundled only once:
 * sources that change during a run would mix two versions in one result. The path is below the root, even if this file
 * itself runs from a bundle.
 */
export function bundleProbe(root: string, path: string): Promise<string> {
  const key = join(root, path);
  const program = programs.get(key) ?? bundle(root, path);
  programs.set(key, program);
  return program;
}

async function bundle(root: string, path: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error(`esbuild made nothing of ${path}`);
  return text;
}

export interface ProbeContainer {
  readonly image: string;
  /** What it may reach besides the broker's socket, which every load program has at its place on the host. */
  readonly sandbox: Sandbox;
  /** More options of `docker run`. */
  readonly options?: readonly string[];
  /** Options of Node. */
  readonly node?: readonly string[];
}

const broker: Mount = { source: brokerFolder, target: brokerFolder, isReadOnly: true };

/** Runs a program from standard input in a container of a worker's image: with the image's Node, without a network. */
export function probeCommand(container: ProbeContainer, settings: object): Command {
  const { image, sandbox, options = [], node = [] } = container;
  const all = [
    ...sandboxOptions({ ...sandbox, mounts: [broker, ...sandbox.mounts] }),
    ...['--rm', '--interactive'],
    ...options,
    ...['--env', `SETTINGS=${JSON.stringify(settings)}`],
  ];
  return sh`docker run ${all} --entrypoint /usr/bin/node ${image} ${[...node, '--input-type=module', '-']}`;
}
