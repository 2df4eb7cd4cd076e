import { join } from 'node:path';
import { build } from 'esbuild';
import { sh } from '../../lib/shell.ts';
import { filesFolderOf } from '../../platform/contract/places.ts';
import type { Host } from '../../provision/ssh/host.ts';

const programs = new Map<string, string>();

/** One program of probes/ as one file. */
async function bundle(root: string, name: string): Promise<string> {
  const known = programs.get(name);
  if (known !== undefined) return known;
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join('benchmarks/budgets/probes', `${name}.ts`)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const text = outputFiles[0]?.text ?? '';
  programs.set(name, text);
  return text;
}

/**
 * Runs a program of probes/ on the host, in a container of a worker's image: the same Node, socket and files as
 * the worker's slots have. Answers what it printed last, one JSON value.
 */
export async function runProbe(
  host: Host,
  { root, image, name, settings }: { root: string; image: string; name: string; settings: object },
  onLine: (line: string) => void = () => undefined,
): Promise<unknown> {
  const worker = /^jernverk\/([^:]+):/.exec(image)?.[1] ?? '';
  const options = [
    ...['--rm', '--interactive', '--init', '--pull', 'never', '--network', 'none', '--user', '0:0'],
    // Unlike --volume, --mount fails where the folder is missing and makes none.
    ...['--mount', 'type=bind,src=/run/jernverk/broker,dst=/run/jernverk/broker'],
    ...['--mount', `type=bind,src=${filesFolderOf(worker)},dst=/files`],
    ...['--mount', 'type=bind,src=/etc/jernverk/secrets/rabbitmq,dst=/run/secrets/rabbitmq,readonly'],
    ...['--env', `SETTINGS=${JSON.stringify(settings)}`],
  ];
  const command = sh`docker run ${options} --entrypoint /usr/bin/node ${image} --input-type=module -`;
  const { stdout } = await host.run(command, { input: await bundle(root, name), onLine });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
