import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlob } from '../../platform/build/blobs.ts';
import { buildRelease } from '../../platform/build/build.ts';
import type { ReleaseManifest } from '../../platform/build/manifest.ts';
import type { OpenBlob } from '../../provision/engine/upload.ts';
import { projectRoot } from './command-line.ts';

/** Real workers under any names, whose jobs wait for a file if they are asked to. The runtime is this project's. */
export interface WaitingProject extends AsyncDisposable {
  /** Another `mark` makes another release. A broken one ends as soon as it starts. */
  build(workers: readonly string[], mark: string, options?: { broken?: boolean }): Promise<ReleaseManifest>;
  readonly openBlob: OpenBlob;
}

const code = (mark: string, broken: boolean): string => `// ${mark}
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { run } from '../../platform/runtime/run.ts';
import { defineWorker } from '../../platform/runtime/worker.ts';
${broken ? `throw new Error('no such setting: FJORD');` : ''}
run(defineWorker({
  input: z.object({ gate: z.string().nullable() }),
  handle: async ({ gate }) => {
    while (gate !== null && !existsSync('/files/' + gate)) await sleep(20);
    return { gate };
  },
}));
`;

export async function openWaitingProject(): Promise<WaitingProject> {
  await mkdir(join(projectRoot, '.jernverk'), { recursive: true });
  const project = await mkdtemp(join(projectRoot, '.jernverk/test-waiting-'));
  await symlink(join(projectRoot, 'node_modules'), join(project, 'node_modules'));
  await mkdir(join(project, 'workers'));
  for (const room of ['lib', 'platform']) await cp(join(projectRoot, room), join(project, room), { recursive: true });
  await cp(join(projectRoot, 'package-lock.json'), join(project, 'package-lock.json'));
  return {
    async build(workers, mark, { broken = false } = {}) {
      for (const worker of workers) {
        await mkdir(join(project, 'workers', worker), { recursive: true });
        await writeFile(join(project, 'workers', worker, 'main.ts'), code(mark, broken));
      }
      return buildRelease(workers, project);
    },
    openBlob: (digest) => openBlob(project, digest),
    [Symbol.asyncDispose]: () => rm(project, { recursive: true, force: true }),
  };
}
