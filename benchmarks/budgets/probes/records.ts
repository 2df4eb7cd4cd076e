import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResultRecord } from '../../../platform/contract/job.ts';
import { readResult } from '../../../platform/runtime/result-store.ts';
import { files } from './jobs.ts';

const folder = join(files, 'results');

/** Waits for `count` result records and reads them. Throws Error if no new one comes for half a minute. */
export async function waitForRecords(count: number): Promise<readonly ResultRecord[]> {
  let [known, since] = [-1, performance.now()];
  for (;;) {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    if (names.length >= count) return read(names);
    if (names.length !== known) [known, since] = [names.length, performance.now()];
    if (performance.now() - since > 30_000) throw new Error(`${names.length} of ${count} jobs ended`);
    await sleep(500);
  }
}

async function read(names: readonly string[]): Promise<readonly ResultRecord[]> {
  const records = await Promise.all(names.map((name) => readResult(files, name.slice(0, -'.json'.length))));
  return records.filter((record) => record !== null);
}
