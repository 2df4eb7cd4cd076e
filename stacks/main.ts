import { join } from 'node:path';
import { App } from 'cdktf';
import { prepareNetworks } from '../provision/egress/networks.ts';
import { chosenEnvironment } from '../provision/environment/choice.ts';
import { errorLines, exitCodeOf } from '../provision/errors.ts';
import { loadEnvironment } from '../provision/load.ts';
import { repeatEnvironment } from '../provision/own-command.ts';
import { buildRelease } from '../provision/release/build.ts';
import { findSmokeJobs } from '../provision/smoke.ts';
import { note } from '../provision/terminal.ts';
import { installProvider } from '../provision/terraform/install.ts';
import { wantedFor } from '../provision/topics.ts';
import { adoptTopics } from './adopt.ts';
import { createStacks } from './environment-stacks.ts';

/** `cdktf` runs this in the project's folder by way of `./jernverk synth`. */
async function synth(): Promise<void> {
  const root = process.cwd();
  const source = chosenEnvironment(process.env);
  repeatEnvironment(source);
  const environment = await loadEnvironment(source, root);
  const workers = environment.workers.map((worker) => worker.name);
  const release = await buildRelease(workers, root);
  const networks = await prepareNetworks(environment, root, new Date());
  const app = new App();
  const stacks = createStacks(app, {
    source,
    environment,
    root,
    release: release.id,
    wanted: new Map(environment.hosts.map((host) => [host.name, wantedFor({ environment, host, release, networks })])),
    smokeJobs: await findSmokeJobs(workers, root),
  });
  app.synth();
  for (const stack of stacks) {
    const folder = join(app.outdir, 'stacks', stack.node.id);
    await installProvider(folder);
    await adoptTopics(stack, folder);
  }
}

synth().catch((error: unknown) => {
  note(...errorLines(error));
  process.exitCode = exitCodeOf(error);
});
