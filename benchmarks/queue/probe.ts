import type { Command } from '../../lib/shell.ts';
import { workerOwner } from '../../platform/contract/places.ts';
import { benchName } from '../../provision/topics/broker/names.ts';
import { bundleProbe, probeCommand } from '../probe.ts';
import { brokerStatusFile, containerLabel, roomFolder } from './names.ts';

/** The load programs in probes/. */
export type ProbeName = 'publish' | 'consume' | 'latency' | 'backlog';

/** Memory limit of a load container: the load must not push out what it measures. */
const memory = '512m';
const heapMegabytes = 320;

/** The source of each program, as one file. */
export type Programs = Readonly<Record<ProbeName, string>>;

/** Bundles all programs before the first one runs. */
export async function bundleProbes(root: string): Promise<Programs> {
  const textOf = (name: ProbeName): Promise<string> => bundleProbe(root, `benchmarks/queue/probes/${name}.ts`);
  const [publish, consume, latency, backlog] = await Promise.all([
    textOf('publish'),
    textOf('consume'),
    textOf('latency'),
    textOf('backlog'),
  ]);
  return { publish, consume, latency, backlog };
}

const options = [
  ...['--name', `${benchName}-queue`, '--label', containerLabel],
  ...['--memory', memory, '--memory-swap', memory],
];

/** In a sandbox like a slot's. `brokerPid` is the process whose memory counts as the broker's. */
export const loadCommand = (image: string, brokerPid: number, settings: object): Command =>
  probeCommand(
    {
      image,
      sandbox: {
        user: workerOwner,
        processes: 64,
        mounts: [
          { source: roomFolder, target: roomFolder, isReadOnly: true },
          { source: `/proc/${brokerPid}/status`, target: brokerStatusFile, isReadOnly: true },
        ],
      },
      options,
      node: [`--max-old-space-size=${heapMegabytes}`],
    },
    settings,
  );
