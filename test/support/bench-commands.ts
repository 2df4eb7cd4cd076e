import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { compareResultSchema } from '../../benchmarks/compare/result.ts';
import { tuningResultSchema } from '../../benchmarks/tuning/result.ts';
import { sha256 } from '../../lib/sha256.ts';
import { benchQuick } from './bench-quick.ts';
import { jernverk, projectRoot } from './command-line.ts';
import { starve } from './starve.ts';

/** What `bench` and its words find on the one deployed host of an environment. */
export function benchCommands(name: string, environment: string): void {
  const run = (...words: readonly string[]) => jernverk('--env', environment, ...words);
  /** The folder of the run on the disk as it is. */
  let honest = '';

  it('bench measures it with every suite, and keeps figures, raw output and a page', async () => {
    const { result, folder: kept } = await benchQuick(environment);
    expect(await readdir(kept)).toEqual(expect.arrayContaining(['raw', 'report.html', 'result.json']));
    for (const { path, sha256: hash } of result.evidence) {
      expect(sha256(await readFile(join(kept, path))), path).toBe(hash);
    }
    expect(result.evidence.map(({ path }) => path)).toContain('raw/watch');
    expect((await run('bench', 'history', name)).stdout).toContain('confirmed jobs');
    expect((await run('verify')).exitCode).toBe(0);
    honest = kept;
  });

  it('against the same host on a slow disk, compare says by how much it is slower, and what the drain does', async () => {
    await starve(name, { cpu: null, writes_per_s: 200 });
    const { stdout, stderr } = await run('--json', 'bench', '--quick', '--suite', 'disk,queue');
    await starve(name, { cpu: null, writes_per_s: null });
    const [{ folder: slow }] = JSON.parse(stdout).hosts;
    expect(slow, stderr).not.toBeNull();

    const { rows, drain } = compareResultSchema.parse(
      JSON.parse((await run('--json', 'bench', 'compare', honest, slow)).stdout),
    );
    const writes = rows.find(({ id }) => id === 'disk/randwrite-1/writes');
    expect(writes?.basis).toBe('parts of runs');
    const { low, high } = writes?.comparison.ratio ?? {};
    expect(low).toBeGreaterThan(0);
    expect(high, 'the interval of the ratio is below 1').toBeLessThan(1);
    expect(drain.drain).toBeGreaterThan(0);
    expect(drain.words).toMatch(
      /^B’s queue drains \S+ × as fast as A’s; flushed writes \(wal-append\) \S+ ×, random writes at depth 1 0\.\d+ ×: /,
    );
    // Where somebody else used the machine meanwhile, that is said instead.
    const told = ['follows', 'follows in part', 'does not follow'];
    expect(drain.words.includes('other guests or programs used') ? ['unknown'] : told).toContain(drain.following);
  });

  it('bench tuning measures the groups it is asked for, says why not of others, and draws them', async () => {
    const groups = ['--groups', 'idle-connections,disk'];
    const { exitCode, stdout, stderr } = await run('bench', 'tuning', name, '--quick', ...groups);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('idle-connections: time of 800 kB');
    expect(stdout).toContain('disk: not applicable: in a container');
    expect(stdout).not.toContain('huge-pages');
    const [, report = ''] = stdout.match(/report (\S+report\.html)/) ?? [];
    const page = await readFile(join(projectRoot, report), 'utf8');
    expect(page).toMatch(new RegExp(`id="all-tuning">.*On ${name}: .*idle-connections`, 's'));
    const kept = join(projectRoot, dirname(report));
    const { evidence } = tuningResultSchema.parse(JSON.parse(await readFile(join(kept, 'tuning.json'), 'utf8')));
    expect(evidence).toHaveLength(1 + 13);
    for (const { path, sha256: hash } of evidence) expect(sha256(await readFile(join(kept, path))), path).toBe(hash);
  });
}
