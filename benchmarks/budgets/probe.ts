import { filesFolderOf } from '../../platform/contract/places.ts';
import type { Mount } from '../../platform/contract/sandbox.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { bundleProbe, probeCommand } from '../probe.ts';

/** The files that the worker's slots see, and the broker's passwords. */
const mountsOf = (worker: string): readonly Mount[] => [
  { source: filesFolderOf(worker), target: '/files', isReadOnly: false },
  { source: '/etc/jernverk/secrets/rabbitmq', target: '/run/secrets/rabbitmq', isReadOnly: true },
];

/**
 * Runs a program of probes/ on the host, with the files of a worker's slots. Returns the last JSON value that it
 * printed.
 */
export async function runProbe(
  host: Host,
  { root, image, name, settings }: { root: string; image: string; name: string; settings: object },
): Promise<unknown> {
  const worker = /^jernverk\/([^:]+):/.exec(image)?.[1] ?? '';
  // Root without its capabilities could not enter the worker's folder.
  const sandbox = { user: '0:0', processes: 64, mounts: mountsOf(worker), capabilities: ['DAC_OVERRIDE'] };
  const command = probeCommand({ image, sandbox }, settings);
  const { stdout } = await host.run(command, {
    input: await bundleProbe(root, `benchmarks/budgets/probes/${name}.ts`),
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
