import { createHash } from 'node:crypto';
import type { App, TerraformStack } from 'cdktf';
import { sha256 } from '../lib/sha256.ts';
import type { TopicWanted } from '../provision/engine/gather.ts';
import type { Environment } from '../provision/environment/schema.ts';
import type { SmokeJob } from '../provision/fleet/smoke.ts';
import { HostStack } from './host-stack.ts';
import { type BenchmarkGate, ProofStack } from './proof-stack.ts';
import { WorkersStack } from './workers-stack.ts';

export interface EnvironmentStacksProps {
  /** Name or path of the environment, as `--env` takes it. */
  readonly source: string;
  readonly environment: Environment;
  /** Absolute path of the project. */
  readonly root: string;
  /** Id of the workers' build. */
  readonly release: string;
  /** What is wanted on each host, by the host's name. */
  readonly wanted: ReadonlyMap<string, readonly TopicWanted[]>;
  readonly smokeJobs: readonly SmokeJob[];
}

/**
 * Creates all stacks of an environment, in their order: hosts in parallel, then workers, then proof. Names of hosts and
 * environments have no dot, so an id such as `local.host.forge` belongs to one stack of one environment only.
 */
export function createStacks(app: App, props: EnvironmentStacksProps): readonly TerraformStack[] {
  const { environment, root, wanted, source } = props;
  const common = { environment: source, root };
  const hosts = environment.hosts.map(({ name }) => {
    const topics = (wanted.get(name) ?? []).filter(({ topic }) => topic.name !== 'slots');
    return new HostStack(app, `${environment.name}.host.${name}`, { ...common, host: name, topics });
  });
  const releases = [...wanted].flatMap(([host, topics]) => {
    const ofWorkers = topics.filter(({ topic, wanted: settings }) => topic.name === 'slots' && settings.size > 0);
    return ofWorkers.length === 0 ? [] : [{ host, topics: ofWorkers }];
  });
  const benchmarks = benchmarkGates(environment, wanted);
  const smokeJobs = releases.length === 0 ? [] : props.smokeJobs;
  const proofAfter = (before: readonly TerraformStack[]): readonly TerraformStack[] => {
    if (smokeJobs.length + benchmarks.length === 0) return [];
    const proof = new ProofStack(app, `${environment.name}.proof`, {
      ...common,
      registry: environment.terraform.registry,
      triggers: { release: props.release, settings: settingsHash(wanted) },
      smokeJobs,
      benchmarks,
    });
    for (const stack of before) proof.addDependency(stack);
    return [proof];
  };
  if (releases.length === 0) return [...hosts, ...proofAfter(hosts)];
  const workers = new WorkersStack(app, `${environment.name}.workers`, { ...common, hosts: releases });
  for (const host of hosts) workers.addDependency(host);
  return [...hosts, workers, ...proofAfter([workers])];
}

function benchmarkGates(
  { benchmarks: { gate, ...demands } }: Environment,
  wanted: EnvironmentStacksProps['wanted'],
): readonly BenchmarkGate[] {
  if (gate.length === 0) return [];
  const demanded = sha256(JSON.stringify(demands)).slice(0, 12);
  return [...wanted].map(([host, topics]) => {
    const settled = topics.filter(({ topic }) => topic.name !== 'slots');
    return { host, suites: gate, settings: settingsHash(new Map([[host, settled]])), demands: demanded };
  });
}

/** Returns a hash that changes with any setting of any host. */
export function settingsHash(wanted: ReadonlyMap<string, readonly TopicWanted[]>): string {
  const hash = createHash('sha256');
  for (const [host, topics] of wanted) {
    for (const { topic, wanted: settings } of topics) {
      hash.update(JSON.stringify([host, topic.name, [...settings].sort(([a], [b]) => (a < b ? -1 : 1))]));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
