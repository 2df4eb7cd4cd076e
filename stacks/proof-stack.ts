import { NullProvider } from '@cdktf/provider-null/lib/provider/index.js';
import { Resource } from '@cdktf/provider-null/lib/resource/index.js';
import { DataResource, type LocalExecProvisioner, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { sh } from '../provision/command.ts';
import type { SmokeJob } from '../provision/smoke.ts';
import { literal } from './literal.ts';
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
}

/** The gates of a deploy: each is a one-shot check that passes, or the deploy fails and tries it again next time. */
export class ProofStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: ProofStackProps) {
    super(scope, id);
    keepStateInProject(this);
    const gate = props.registry === 'none' ? builtInGate : nullGate(this);
    for (const job of props.smokeJobs) {
      gate(this, `smoke-${job.worker}`, { ...props.triggers, job: job.digest }, smokeCommand(job, props));
    }
  }
}

type Gate = (
  scope: Construct,
  id: string,
  triggers: Readonly<Record<string, string>>,
  provisioner: LocalExecProvisioner,
) => void;

const builtInGate: Gate = (scope, id, triggers, provisioner) => {
  new DataResource(scope, id, { triggersReplace: { ...triggers }, provisioners: [provisioner] });
};

function nullGate(stack: TerraformStack): Gate {
  new NullProvider(stack, 'null');
  return (scope, id, triggers, provisioner) => {
    new Resource(scope, id, { triggers: { ...triggers }, provisioners: [provisioner] });
  };
}

const smokeCommand = (job: SmokeJob, { environment, root }: ProofStackProps): LocalExecProvisioner => ({
  type: 'local-exec',
  command: literal(
    sh`./jernverk --env ${environment} enqueue ${job.worker} ${job.file} --wait --input ${JSON.stringify(job.input)}`
      .script,
  ),
  workingDir: literal(root),
});
