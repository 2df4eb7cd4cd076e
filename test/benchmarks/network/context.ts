import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NetworkData, networkSchema } from '../../../benchmarks/network/result.ts';
import { networkSuite } from '../../../benchmarks/network/suite.ts';
import { networkVerdicts } from '../../../benchmarks/network/verdict.ts';
import type { LimitVerdict } from '../../../benchmarks/result.ts';
import type { RunContext } from '../../../benchmarks/suite.ts';
import type { Host } from '../../../provision/ssh/host.ts';
import { environmentWith } from '../../support/apply-topic.ts';
import { projectRoot } from '../../support/command-line.ts';

/** A run on a host, with what it kept as evidence. */
export function contextWith(
  host: Host,
  benchmarks: object,
  quick = true,
): RunContext & { readonly kept: Map<string, string> } {
  const environment = environmentWith({}, { benchmarks });
  const [config] = environment.hosts;
  if (config === undefined) throw new Error('no host');
  const kept = new Map<string, string>();
  return {
    host,
    config,
    environment,
    root: projectRoot,
    quick,
    kept,
    keep: async (name, _, text) => {
      kept.set(name, text);
    },
    timed: (_, __, work) => work(),
    watched: () => [],
  };
}

export interface Measured {
  readonly data: NetworkData;
  readonly verdicts: readonly LimitVerdict[];
  readonly kept: ReadonlyMap<string, string>;
}

/** The suite's last word on a list of targets, which are in Oslo unless they say otherwise. */
export async function measureTargets(host: Host, targets: readonly object[], quick = true): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'jernverk-targets-'));
  try {
    const file = join(folder, 'targets.yaml');
    const complete = targets.map((given) => ({ city: 'Oslo', operator: 'the lab', ...given }));
    await writeFile(file, JSON.stringify({ targets: complete }));
    const context = contextWith(host, { targets: file }, quick);
    let last: NetworkData | null = null;
    for await (const part of networkSuite.measure(context)) last = part;
    const data = networkSchema.parse(last);
    return { data, verdicts: networkVerdicts(data, context.environment.benchmarks), kept: context.kept };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
