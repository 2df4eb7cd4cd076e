import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Result, resultSchema } from '../../../benchmarks/result.ts';
import { openRunFolder, readLatestTuning, readRuns, saveTuning } from '../../../benchmarks/run/store.ts';
import { tuning } from '../report/fixtures.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'jernverk-runs-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const result = (startedAt: string): Result =>
  resultSchema.parse({
    format: 'jernverk-bench/1',
    startedAt,
    endedAt: startedAt,
    quick: true,
    jernverk: '0.1.0',
    host: {
      ...{ name: 'forge', kernel: '6.12', debian: '13', cpuModel: 'cpu', cores: 2, memory_bytes: 1 },
      ...{ virtualization: 'kvm', uptime_s: 1 },
    },
    tools: {},
    tuning: {},
    contamination: [],
    verdicts: [],
    evidence: [],
  });

it('raw output is kept as it is, with its hash, below the run', async () => {
  const folder = await openRunFolder(parent, new Date('2026-11-23T12:00:00Z'));
  const kept = await folder.keep('disk/wal append: 1', 'fio …', 'raw\n');
  expect(kept).toMatchObject({
    path: 'raw/disk/wal-append-1',
    sha256: '8e5ceeca3a438135cfd1372eafe969ccc4440798e378d8b8ed24242f026a704f',
    command: 'fio …',
  });
  expect(await readFile(join(folder.path, kept.path), 'utf8')).toBe('raw\n');
});

it('the runs of a host come back in the order of their starts', async () => {
  const starts = ['2026-11-23T12:00:00Z', '2026-11-22T12:00:00Z'];
  for (const start of starts) await (await openRunFolder(parent, new Date(start))).save(result(start));
  expect((await readRuns(parent)).map(({ startedAt }) => startedAt)).toEqual(starts.toReversed());
});

it('a folder without a result of this format is passed over', async () => {
  await mkdir(join(parent, 'cut-off'));
  await mkdir(join(parent, 'of-another-version'));
  await writeFile(join(parent, 'of-another-version', 'result.json'), '{"format":"jernverk-bench/0"}');
  await writeFile(join(parent, 'a-file'), '');
  expect(await readRuns(parent)).toEqual([]);
  expect(await readRuns(join(parent, 'missing'))).toEqual([]);
});

it('the newest tuning of all groups counts more than a later look at some of them', async () => {
  const whole = tuning();
  const some = { ...whole, groups: whole.groups.slice(0, 1) };
  expect(await readLatestTuning(parent)).toBeNull();
  const days = [some, whole, { ...whole, perSide: 20 }, some].entries();
  const found: unknown[] = [];
  for (const [index, result] of days) {
    await saveTuning(await openRunFolder(parent, new Date(Date.UTC(2026, 10, 20 + index))), result);
    found.push(await readLatestTuning(parent));
  }
  expect(found).toEqual([some, whole, { ...whole, perSide: 20 }, { ...whole, perSide: 20 }]);
});
