import type { SuiteContext } from '../../../benchmarks/suite.ts';
import type { Host } from '../../../provision/host.ts';
import { environmentWith } from '../../support/apply-topic.ts';
import { projectRoot } from '../../support/command-line.ts';

/** A quick run on a host, with what it kept as evidence. */
export function contextWith(host: Host, benchmarks: object): SuiteContext & { readonly kept: Map<string, string> } {
  const environment = environmentWith({}, { benchmarks });
  const [config] = environment.hosts;
  if (config === undefined) throw new Error('no host');
  const kept = new Map<string, string>();
  return {
    host,
    config,
    environment,
    root: projectRoot,
    quick: true,
    kept,
    keep: async (name, _, text) => {
      kept.set(name, text);
    },
    timed: (_, __, work) => work(),
  };
}
