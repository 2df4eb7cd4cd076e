import { bundleAll, type WorkerBundle } from './bundle.ts';
import { dependenciesOf, type InstalledPackages, readInstalledPackages } from './dependencies.ts';
import { dependenciesLayer, imageFolder, programsLayer } from './layer.ts';
import type { Layer, ReleaseManifest, WorkerBuild } from './manifest.ts';
import { releaseId } from './manifest-file.ts';
import { loadWorkerFile } from './worker-file.ts';

/** The program of every slot. */
const entry = `/${imageFolder}/main.mjs`;

/**
 * Builds all workers from `workers/<name>/main.ts` and keeps their layers in the project's blob store. Equal sources
 * and equal packages give the same release, no matter where or when it is built.
 *
 * Throws InputError like `bundleWorker` and `loadWorkerFile`; the message names worker, file and line.
 */
export async function buildRelease(workers: readonly string[], projectRoot: string): Promise<ReleaseManifest> {
  const names = [...new Set(workers)].sort();
  const [installed, bundles] = await Promise.all([readInstalledPackages(projectRoot), bundleAll(projectRoot, names)]);
  const runtime = await programsLayer(projectRoot, 'runtime', bundles.runtime);
  const builds = await Promise.all(
    [...bundles.workers].map(([name, bundle]) => buildWorker(name, bundle, { projectRoot, installed, runtime })),
  );
  return { id: releaseId(builds), workers: builds };
}

interface Means {
  readonly projectRoot: string;
  readonly installed: InstalledPackages;
  readonly runtime: Layer;
}

async function buildWorker(
  worker: string,
  { program, packages }: WorkerBundle,
  { projectRoot, installed, runtime }: Means,
): Promise<WorkerBuild> {
  const declared = await loadWorkerFile(worker, projectRoot);
  const dependencies =
    packages.length === 0 ? [] : [await dependenciesLayer(projectRoot, dependenciesOf(packages, installed))];
  const code = await programsLayer(projectRoot, 'code', [program]);
  return { worker, declared, layers: [...dependencies, runtime, code], entry };
}
