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
  /** The gates run again if one of these changes, or the job itself. */
  readonly triggers: Readonly<Record<string, string>>;
  readonly smokeJobs: readonly SmokeJob[];
  readonly benchmarks: readonly BenchmarkGate[];
}

/** Suites of `jernverk bench` in their quick form on one host. The deploy fails if a limit does not hold. */
export interface BenchmarkGate {
  readonly host: string;
  readonly suites: readonly string[];
  /** Hash of the host's settings. A new release alone does not change how good a machine is. */
  readonly settings: string;
  /** Hash of what the environment demands. A host that passed other limits has not passed these. */
  readonly demands: string;
}

/** The gates of a deploy. Each is a one-shot check: it passes, or the deploy fails and the next one tries it again. */
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
    // One after the other: a measurement while a job runs, or while a neighbour on the same machine is measured,
    // measures both.
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
  /** The gates that must have passed first. */
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
    // The input stays in its file, because more people can see Terraform's state and the arguments of a process.
    sh`./jernverk --env ${environment} enqueue ${job.worker} --smoke --wait`.script,
  ),
  workingDir: literal(root),
});
