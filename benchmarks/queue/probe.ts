import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type Command, sh } from '../../lib/shell.ts';
import { workerOwner } from '../../platform/contract/places.ts';
import { benchName } from '../../provision/topics/broker/names.ts';
import { containerLabel, inContainer, roomFolder } from './names.ts';

/** The programs of probes/ that make load. */
const probeNames = ['publish', 'consume', 'latency', 'backlog'] as const;
export type ProbeName = (typeof probeNames)[number];

/** Of the host's memory: the load must not push out what it measures. */
const memory = '512m';
const heapMegabytes = 320;

/** The programs, each as one file. */
export type Programs = Readonly<Record<ProbeName, string>>;

/**
 * All of them before the first one runs: sources that change meanwhile would mix two versions in one result. They are
 * found below the root, also where a bundle of this file runs.
 */
export async function bundleProbes(root: string): Promise<Programs> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: probeNames.map((name) => join('benchmarks/queue/probes', `${name}.ts`)),
    outdir: join(root, '.jernverk/build'),
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const textOf = (name: ProbeName): string => {
    const file = outputFiles.find(({ path }) => basename(path) === `${name}.js`);
    if (file === undefined) throw new Error(`esbuild made no ${name}.js`);
    return file.text;
  };
  return {
    publish: textOf('publish'),
    consume: textOf('consume'),
    latency: textOf('latency'),
    backlog: textOf('backlog'),
  };
}

const bind = (source: string, target: string): string[] => [
  '--mount',
  `type=bind,source=${source},target=${target},readonly`,
];

/**
 * Runs the program that comes by standard input in a container that is closed in like a slot: the worker images' Node,
 * no network, only the broker's socket. `brokerPid` is the process whose memory counts as the broker's.
 */
export function probeCommand(image: string, brokerPid: number, settings: object): Command {
  const options = [
    ...['--rm', '--interactive', '--init', '--pull', 'never', '--network', 'none', '--user', workerOwner],
    ...['--name', `${benchName}-queue`, '--label', containerLabel],
    ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '64'],
    ...['--memory', memory, '--memory-swap', memory],
    ...bind('/run/jernverk/broker', inContainer.broker),
    ...bind(roomFolder, inContainer.room),
    ...bind(`/proc/${brokerPid}/status`, inContainer.brokerStatus),
    ...['--env', `SETTINGS=${JSON.stringify(settings)}`],
  ];
  return sh`docker run ${options} --entrypoint /usr/bin/node ${image} --max-old-space-size=${heapMegabytes} --input-type=module -`;
}
