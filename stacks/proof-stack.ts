import { NullProvider } from '@cdktf/provider-null/lib/provider/index.js';
import { Resource } from '@cdktf/provider-null/lib/resource/index.js';
import { DataResource, type ITerraformDependable, type LocalExecProvisioner, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { sh } from '../lib/shell.ts';
import type { SmokeJob } from '../provision/fleet/smoke.ts';
import { literal } from './resources.ts';
import { keepStateInProject } from './state.ts';

export interface ProofStackProps {
  /** Name or path of the environment, as `--env` takes it. */
  readonly environment: string;
  /** Absolute path of the project. */
  readonly root: string;
  /** `none` uses Terraform's built-in `terraform_data`, so that nothing is downloaded. */
  readonly registry: 'default' | 'none';
  /** Gates run again when one of these changes, or the job itself. */
  readonly triggers: Readonly<Record<string, string>>;
  readonly smokeJobs: readonly SmokeJob[];
  readonly benchmarks: readonly BenchmarkGate[];
}

/** Suites of `jernverk bench` in their quick form on one host: the deploy fails where a limit does not hold. */
export interface BenchmarkGate {
  readonly host: string;
  readonly suites: readonly string[];
  /** Hash of the host's settings: a new release alone does not change what a machine is worth. */
  readonly settings: string;
  /** Hash of what the environment demands: a host that passed other limits has not passed these. */
  readonly demands: string;
}

/** The gates of a deploy: each is a one-shot check that passes, or the deploy fails and tries it again next time. */
export class ProofStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: ProofStackProps) {
    super(scope, id);
    keepStateInProject(this);
    const gate = props.registry === 'none' ? builtInGate : nullGate(this);
    const smoked = props.smokeJobs.map((job) =>
      gate(this, `smoke-${job.worker}`, {
        triggers: { ...props.triggers, job: job.digest },
        command: smokeCommand(job, props),
        after: [],
      }),
    );
    // One after the other: a measurement beside a job, or on a neighbour of the same machine, measures both.
    let after = smoked;
    for (const { host, suites, settings, demands } of props.benchmarks) {
      const triggers = { settings, demands, suites: suites.join(',') };
      after = [gate(this, `bench-${host}`, { triggers, command: benchCommand(host, suites, props), after })];
    }
  }
}

interface GateProps {
  readonly triggers: Readonly<Record<string, string>>;
  readonly command: LocalExecProvisioner;
  /** The gates that must have passed before. */
  readonly after: readonly ITerraformDependable[];
}

type Gate = (scope: Construct, id: string, props: GateProps) => ITerraformDependable;

const behind = (after: GateProps['after']) => (after.length === 0 ? {} : { dependsOn: [...after] });

const builtInGate: Gate = (scope, id, { triggers, command, after }) =>
  new DataResource(scope, id, { triggersReplace: { ...triggers }, provisioners: [command], ...behind(after) });

function nullGate(stack: TerraformStack): Gate {
  new NullProvider(stack, 'null');
  return (scope, id, { triggers, command, after }) =>
    new Resource(scope, id, { triggers: { ...triggers }, provisioners: [command], ...behind(after) });
}

const benchCommand = (
  host: string,
  suites: readonly string[],
  { environment, root }: ProofStackProps,
): LocalExecProvisioner => ({
  type: 'local-exec',
  command: literal(sh`./jernverk --env ${environment} bench --quick --suite ${suites.join(',')} ${host}`.script),
  workingDir: literal(root),
});

const smokeCommand = (job: SmokeJob, { environment, root }: ProofStackProps): LocalExecProvisioner => ({
  type: 'local-exec',
  command: literal(
    // The input stays in its file: Terraform's state and the arguments of a process are for more eyes.
    sh`./jernverk --env ${environment} enqueue ${job.worker} --smoke --wait`.script,
  ),
  workingDir: literal(root),
});
