import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { raw, sh } from '../../lib/shell.ts';
import { connectHost } from '../../provision/fleet/hosts.ts';
import { packagesFor, providers } from '../../provision/topics/packages/list.ts';
import { atMost, type Bench, type Figure, type Measurement, seconds } from './budget.ts';
import { timed } from './clock.ts';
import { oneHost, openLab } from './lab-host.ts';
import { median } from './statistics.ts';
import { runWhole, type WholeRun } from './whole-run.ts';

/** From a bare host to the first completed job. For comparison: the apt transaction alone, on a second bare host. */
export async function measureDeploy(bench: Bench): Promise<Measurement> {
  const fresh = { ...bench, keep: false };
  bench.say('the apt transaction alone');
  const apt = await aptAlone(fresh);
  await using lab = await openLab(fresh, oneHost('budget-deploy', '- { name: image-resizer, slots: 8 }'), 'deploy');
  bench.say('cdktf deploy on a bare host');
  const deploy = await cdktfDeploy(bench.root, lab.file);
  if (!/smoke-image-resizer: Creation complete/.test(deploy.output)) throw new Error(`no job ran:\n${deploy.output}`);
  return {
    verdicts: [
      atMost(seconds('cdktf deploy', deploy.milliseconds), 55),
      atMost(seconds('cdktf deploy, by the apt transaction', deploy.milliseconds), 1.5 * (apt / 1000) + 20),
    ],
    parts: [
      seconds('the apt transaction alone', apt),
      seconds('CPU time here', deploy.cpuMilliseconds),
      ...resourceTimes(deploy.output),
    ],
    notes: [
      'the second limit is 1.5 × the apt transaction + 20 s; it installs the same packages on another fresh host in this run',
      'that apt starts no services, and neither does the deploy; typed by hand, apt starts them and takes longer',
      'resource times are as Terraform prints them, in whole seconds',
    ],
  };
}

async function aptAlone(bench: Bench): Promise<number> {
  await using lab = await openLab(bench, oneHost('budget-apt', '- { name: image-resizer }'), 'apt');
  const [config] = lab.environment.hosts;
  if (config === undefined) throw new Error('the environment has no host');
  await using host = await connectHost(config, bench.root);
  const packages = packagesFor(config).map((name) => providers.get(name) ?? name);
  await host.run(raw(`printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d`));
  return await timed(() =>
    host.run(sh`export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq --yes --no-install-recommends install ${packages}`),
  );
}

/** "jernverk_kernel.budget (budget-kernel): Creation complete after 3s" */
const resourceTimes = (output: string): Figure[] =>
  [...output.matchAll(/(\S+): Creation complete after (?:(\d+)m)?(\d+)s/g)].map(([, name = '', minutes = '0', rest]) =>
    seconds(name, (Number(minutes) * 60 + Number(rest)) * 1000),
  );

const cdktfDeploy = (root: string, file: string): Promise<WholeRun> =>
  runWhole(['./jernverk', 'cdktf', 'deploy', '*', '--auto-approve', '--output', outFolder(root)], {
    cwd: root,
    env: { JERNVERK_ENV: file },
  });

/** States are two levels above the stacks, so below `.jernverk`. */
const outFolder = (root: string): string => join(root, '.jernverk', 'budgets', 'out');

const samples = 5;

/** A deploy with nothing to do, and its parts. */
export async function measureDeployAgain(bench: Bench): Promise<Measurement> {
  const { root, say } = bench;
  await using lab = await openLab(bench, oneHost('budget', '- { name: image-resizer, slots: 8 }'), 'deploy-again');
  say('first deploy');
  await cdktfDeploy(root, lab.file);
  const runs: WholeRun[] = [];
  for (let n = 0; n < samples; n += 1) {
    const run = await cdktfDeploy(root, lab.file);
    if (/Creation complete|Modifications complete/.test(run.output))
      throw new Error(`the second deploy changed something:\n${run.output}`);
    runs.push(run);
    say(`deploy with nothing to do: ${(run.milliseconds / 1000).toFixed(1)} s`);
  }
  return {
    verdicts: [atMost(seconds('cdktf deploy, median', median(runs.map((run) => run.milliseconds))), 8)],
    parts: [
      seconds('fastest', Math.min(...runs.map((run) => run.milliseconds))),
      seconds('CPU time here, median', median(runs.map((run) => run.cpuMilliseconds))),
      ...(await deployParts(root, lab.file)),
    ],
    notes: [
      `${samples} whole runs; each part is the median of ${samples} more, alone`,
      'cdktf plans independent stacks in parallel',
    ],
  };
}

async function deployParts(root: string, file: string): Promise<Figure[]> {
  const env = { JERNVERK_ENV: file, CDKTF_OUTDIR: outFolder(root) };
  const figures: Figure[] = [];
  const part = async (name: string, argv: readonly string[], cwd: string) => {
    const runs: WholeRun[] = [];
    for (let n = 0; n < samples; n += 1) runs.push(await runWhole(argv, { cwd, env }));
    figures.push(seconds(name, median(runs.map((run) => run.milliseconds))));
    figures.push(seconds('  CPU time', median(runs.map((run) => run.cpuMilliseconds))));
  };
  await part('cdktf alone: --version', ['./jernverk', 'cdktf', '--version'], root);
  await part('synth', ['./jernverk', 'synth'], root);
  const terraform = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
  const stacks = join(outFolder(root), 'stacks');
  for (const stack of (await readdir(stacks)).sort()) {
    await part(`init of ${stack}`, [terraform, 'init', '-input=false'], join(stacks, stack));
    await part(`plan of ${stack}`, [terraform, 'plan', '-input=false', '-lock=false'], join(stacks, stack));
    await part(`providers schema of ${stack}`, [terraform, 'providers', 'schema', '-json'], join(stacks, stack));
  }
  return figures;
}
