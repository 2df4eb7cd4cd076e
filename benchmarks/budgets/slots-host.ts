import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { raw } from '../../lib/shell.ts';
import { filesFolderOf, workerOwnerOf } from '../../platform/contract/places.ts';
import { apply } from '../../provision/engine/apply.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { connectHost, contextOf } from '../../provision/fleet/hosts.ts';
import { prepare } from '../../provision/fleet/prepare.ts';
import type { Host } from '../../provision/ssh/host.ts';

/**
 * A separate project below the real one, whose workers may be changed: the worker of benchmarks/ that does nothing, and
 * a copy of image-resizer. Runtime and packages are the real ones.
 */
export async function makeProject(root: string): Promise<string> {
  const project = join(root, '.jernverk', 'budgets', 'project');
  await rm(join(project, 'workers'), { recursive: true, force: true });
  await rm(join(project, 'node_modules'), { force: true });
  await mkdir(join(project, 'workers'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
  for (const room of ['lib', 'platform']) {
    await rm(join(project, room), { force: true });
    await symlink(join(root, room), join(project, room));
  }
  await symlink(join(root, 'benchmarks', 'budgets', 'worker'), join(project, 'workers', 'empty'));
  await cp(join(root, 'workers', 'image-resizer'), join(project, 'workers', 'image-resizer'), { recursive: true });
  return project;
}

/** The host after a deploy, and what runs on it. */
export interface Deployed extends AsyncDisposable {
  readonly host: Host;
  /** Id of the running release. */
  readonly release: string;
}

export interface StepTime {
  readonly title: string;
  readonly milliseconds: number;
}

/** Does what `jernverk apply` does, with the workers of another project. Throws if a topic fails. */
export async function deploy(
  environment: Environment,
  { root, project, onStep = () => undefined }: { root: string; project: string; onStep?: (step: StepTime) => void },
): Promise<Deployed> {
  const [config] = environment.hosts;
  if (config === undefined) throw new Error('the environment has no host');
  const building = performance.now();
  const { release, wantedOn } = await prepare(environment, project);
  onStep({ title: 'build of the workers', milliseconds: performance.now() - building });
  const connecting = performance.now();
  const host = await connectHost(config, root);
  onStep({ title: 'connect', milliseconds: performance.now() - connecting });
  const context = contextOf(host, {
    reconnect: () => connectHost(config, root),
    root: project,
    emit: (event) => {
      if (event.kind === 'step finished') onStep({ title: event.title, milliseconds: event.milliseconds });
    },
  });
  const outcomes = await apply(context, wantedOn(config));
  for (const { topic, state, error } of outcomes) {
    if (state === 'failed') throw new Error(`${topic}: ${error}`);
  }
  return { host, release: release.id, [Symbol.asyncDispose]: () => host.close() };
}

/**
 * Leaves no record for the next run. Records are moved and not deleted: for half a minute, whenever ext4 makes a file,
 * it searches past the inodes of deleted files (recently_deleted in fs/ext4/ialloc.c), and the next run would pay for
 * that.
 */
export const setRecordsAside = (host: Host): Promise<unknown> =>
  host.run(
    raw(`cd ${filesFolderOf('empty')}
mkdir -p results aside
chown ${workerOwnerOf('empty')} results aside
find results -type f -exec mv --target-directory=aside {} +`),
  );
