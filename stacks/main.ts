import { join } from 'node:path';
import { App } from 'cdktf';
import { errorLines, exitCodeOf } from '../lib/errors.ts';
import { chosenEnvironment, repeatEnvironment } from '../lib/own-command.ts';
import { note } from '../lib/terminal.ts';
import { loadEnvironment } from '../provision/environment/load.ts';
import { prepare } from '../provision/fleet/prepare.ts';
import { findSmokeJobs } from '../provision/fleet/smoke.ts';
import { installProvider } from '../provision/terraform/install.ts';
import { adoptTopics } from './adopt.ts';
import { createStacks } from './environment-stacks.ts';

/** `cdktf` runs this in the project's folder through `./jernverk synth`. */
async function synth(): Promise<void> {
  const root = process.cwd();
  const source = chosenEnvironment(process.env);
  repeatEnvironment(source);
  const environment = await loadEnvironment(source, root);
  const { release, wantedOn } = await prepare(environment, root);
  const app = new App();
  const stacks = createStacks(app, {
    source,
    environment,
    root,
    release: release.id,
    wanted: new Map(environment.hosts.map((host) => [host.name, wantedOn(host)])),
    smokeJobs: await findSmokeJobs(
      environment.workers.map(({ name }) => name),
      root,
    ),
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
