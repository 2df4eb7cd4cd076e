import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SmokeJob } from './proof-stack.ts';

/** A worker's gate runs on the file `smoke.*` in its folder; a worker without one has no gate. */
export async function findSmokeJobs(workers: readonly string[], root: string): Promise<readonly SmokeJob[]> {
  const found = await Promise.all(
    workers.map(async (worker) => {
      const folder = join('workers', worker);
      const names = await readdir(join(root, folder));
      return names.filter((name) => name.startsWith('smoke.')).map((name) => ({ worker, file: join(folder, name) }));
    }),
  );
  return found.flat();
}
