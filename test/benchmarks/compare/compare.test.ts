import { describe, expect, it } from 'vitest';
import { blocks } from '../../../benchmarks/compare/figures.ts';
import { readResult } from '../../../benchmarks/compare/read.ts';
import { compareLines } from '../../../benchmarks/compare/report.ts';
import { type CompareResult, type CompareRow, compareResultSchema } from '../../../benchmarks/compare/result.ts';
import { compareRuns, type Runs } from '../../../benchmarks/compare.ts';
import { type Machine, runOf } from './run.ts';

function runsOf(count: number, machine: Machine = {}): Runs {
  const run = (index: number) =>
    runOf({ ...machine, seed: (machine.seed ?? 1) + index, startedAt: `2026-11-23T${10 + index}:00:00.000Z` });
  return [run(0), ...Array.from({ length: count - 1 }, (_, index) => run(index + 1))];
}

function row(result: CompareResult, id: string): CompareRow {
  const found = result.rows.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id} among ${result.rows.map((each) => each.id).join(', ')}`);
  return found;
}
const effects = (result: CompareResult): string[] => result.rows.map(({ comparison }) => comparison.effect);

describe('the same machine twice', () => {
  it('one run against itself is no evidence of anything', () => {
    const result = compareRuns(runsOf(1), runsOf(1));
    expect(new Set(effects(result))).toEqual(new Set(['no evidence']));
    expect(row(result, 'queue/drain/rate').comparison.ratio?.estimate).toBe(1);
    expect(result.drain.following).toBe('nothing to follow');
  });

  it('two runs that differ as runs do are no evidence, although the parts of each agree among themselves', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const result = compareRuns(
        runsOf(1, { seed, betweenRuns: 0.06 }),
        runsOf(1, { seed: seed + 1000, betweenRuns: 0.06 }),
      );
      expect(effects(result).filter((effect) => effect !== 'no evidence')).toEqual([]);
    }
  });

  it('six runs against six runs are no evidence in 95 % of all cases or more, over all figures together', () => {
    const pairs = Array.from({ length: 60 }, (_, index) =>
      compareRuns(
        runsOf(6, { seed: 100 * index, betweenRuns: 0.1 }),
        runsOf(6, { seed: 100 * index + 50, betweenRuns: 0.1 }),
      ),
    );
    const wrong = pairs.filter((result) => effects(result).some((effect) => effect !== 'no evidence')).length;
    // Four standard errors above 5 % of 60.
    expect(wrong).toBeLessThanOrEqual(9);
  });
});

describe('runs beside others on the machine', () => {
  /** Such a run writes half as much, as it was measured. */
  const disturbed = (count: number, seed: number) => {
    const measured = { startedAt_ms: 0, endedAt_ms: 1000, steal: 0, pressureCpu: 0.4, pressureIo: 0 };
    const label = { name: 'disk/wal-append 1', ...measured, contaminated: true, reason: 'programs waited' };
    return runsOf(count, { flushes: 1000, seed }).map((run) => ({ ...run, contamination: [label] }));
  };
  const rate = (a: Runs, b: Runs) => row(compareRuns(a, b), 'disk/wal-append/rate');

  it('are no evidence where too few others are left', () => {
    const [first, ...others] = runsOf(2, { seed: 700 });
    const found = rate([first, ...others, ...disturbed(4, 300)], runsOf(6, { seed: 900 }));
    expect(found.comparison).toMatchObject({
      effect: 'no evidence',
      reason: expect.stringContaining('other guests or programs used'),
    });
  });

  it('are left out where enough others are there', () => {
    const found = rate([...runsOf(6), ...disturbed(4, 300)], runsOf(6, { seed: 900 }));
    expect(found).toMatchObject({ basis: 'runs', comparison: { effect: 'no evidence', a: { samples: 6 } } });
    expect(found.comparison.ratio?.estimate).toBeCloseTo(1, 1);
  });
});

const slow: Machine = { name: 'generic', randomWrites: 10_000, flushes: 500, drain: 5000, seed: 500 };

describe('another machine', () => {
  const result = compareRuns(runsOf(1, slow), runsOf(1));

  it('a figure with samples has a ratio with its interval', () => {
    const drain = row(result, 'queue/drain/rate');
    expect(drain).toMatchObject({ basis: 'parts of runs', comparison: { effect: 'better' } });
    expect(drain.comparison.ratio?.estimate).toBeCloseTo(4, 1);
    expect(drain.comparison.ratio?.low).toBeGreaterThan(3.8);
    expect(drain.comparison.ratio?.high).toBeLessThan(4.2);
    expect(row(result, 'network/ntp.example.no by ntp/round-trip')).toMatchObject({
      basis: 'parts of runs',
      comparison: { effect: 'no evidence' },
    });
  });

  it('a figure with two windows has a ratio, no interval, and says that n is too small', () => {
    const writes = row(result, 'disk/randwrite-64/writes');
    expect(writes).toMatchObject({ basis: 'single', comparison: { effect: 'no evidence', ratio: { low: null } } });
    expect(writes.comparison.ratio?.estimate).toBeCloseTo(4, 0);
    expect(writes.comparison.reason).toContain('n too small');
  });

  it('a job that logged its rates over time has an interval after a single run', () => {
    const logged = (machine: Machine, rate: number): Runs => {
      const run = runOf(machine);
      for (const window of run.disk?.data?.windows ?? []) {
        window.rates_per_s = Array.from({ length: 30 }, (_, index) => rate + (index % 7));
      }
      return [run];
    };
    const writes = row(compareRuns(logged(slow, 100), logged({}, 400)), 'disk/randwrite-64/writes');
    expect(writes).toMatchObject({ basis: 'parts of runs', comparison: { effect: 'better', a: { samples: 18 } } });
    expect(writes.comparison.ratio?.low).toBeGreaterThan(3.5);
    expect(writes.comparison.ratio?.high).toBeLessThan(4.5);
  });

  it('windows of three runs are enough for an interval, and with six runs a run is a sample', () => {
    const three = row(compareRuns(runsOf(3, slow), runsOf(3)), 'disk/wal-append/p99');
    expect(three).toMatchObject({ basis: 'parts of runs', comparison: { effect: 'better', a: { samples: 6 } } });
    const six = row(compareRuns(runsOf(6, slow), runsOf(6)), 'queue/drain/rate');
    expect(six).toMatchObject({ basis: 'runs', comparison: { effect: 'better', a: { samples: 6 } } });
  });

  it('with six runs a difference of 10 % counts, between parts of single runs it does not', () => {
    const ten = { drain: 22_000 };
    expect(row(compareRuns(runsOf(6), runsOf(6, ten)), 'queue/drain/rate').comparison.effect).toBe('better');
    expect(row(compareRuns(runsOf(1), runsOf(1, ten)), 'queue/drain/rate').comparison.effect).toBe('no evidence');
  });

  it('says nothing of a figure that only one side has', () => {
    const { queue: _, ...withoutQueue } = runOf();
    const less = compareRuns(runsOf(1), [withoutQueue]);
    expect(less.rows.some(({ id }) => id.startsWith('queue/'))).toBe(false);
    expect(less.drain).toMatchObject({ following: 'unknown', drain: null });
  });

  it('is what its schema says', () => {
    expect(compareResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it('as text names both sides, every figure, what drain follows, and how to read it', () => {
    const lines = compareLines(result);
    expect(lines[0]).toBe('A is generic (1 run), B is one (1 run)');
    expect(lines.find((line) => line.startsWith('drain: jobs/s'))).toMatch(
      /^drain: jobs\/s +\d+ +\d+ +[34]\S* × +3\.\S* to 4\S* +better \(p < 0\.001\)$/,
    );
    expect(lines.find((line) => line.startsWith('randwrite-64: writes/s'))).toMatch(
      /× +- +no evidence \(n too small: 1 on a side, 6 are needed\)$/,
    );
    expect(lines.some((line) => line.startsWith('Drain and disk: B’s queue drains'))).toBe(true);
  });
});

describe('does drain follow the disk', () => {
  const follow = (a: Machine, b: Machine) => compareRuns(runsOf(1, { ...a, seed: 9 }), runsOf(1, b)).drain;

  it('the article: four times the random writes, and so a queue that drains four times as fast', () => {
    const found = follow(slow, {});
    expect(found.following).toBe('follows');
    expect(found.disk.every(({ follows }) => follows)).toBe(true);
  });

  it('says which of the disk’s figures it follows', () => {
    const found = follow({ ...slow, randomWrites: 4000 }, {});
    expect(found).toMatchObject({ following: 'follows', figure: 'disk/wal-append/rate' });
    expect(found.words).toMatch(
      /the drain follows flushed writes \(wal-append\), not random writes at depth 1 or random writes at depth 64$/,
    );
  });

  it('a drain that changes less than the disk follows in part', () => {
    expect(follow({ ...slow, drain: 10_000 }, {}).following).toBe('follows in part');
  });

  it('a drain that stays as it is does not follow, and neither does one that goes the other way', () => {
    expect(follow({ ...slow, drain: 20_000 }, {}).following).toBe('does not follow');
    expect(follow({ ...slow, drain: 60_000 }, {}).following).toBe('does not follow');
  });

  it('disks that are alike say nothing of it', () => {
    expect(follow({ drain: 5000 }, {}).following).toBe('nothing to follow');
  });
});

describe('what a reader must know', () => {
  it.each([
    ['the kind of run differs: full in A, quick in B', { quick: true }],
    ['the backlog that was drained differs: 1000000 in A, 50000 in B', { backlog: 50_000 }],
  ])('%s', (note, machine) => {
    expect(compareRuns(runsOf(1), runsOf(1, machine)).notes).toEqual([note]);
  });

  it('what others took of a machine, a disk that is memory, and a suite that broke off', () => {
    const run = runOf();
    const name = 'disk/wal-append 1';
    const share = { startedAt_ms: 0, endedAt_ms: 1, steal: 0.2, pressureCpu: null, pressureIo: null };
    const odd = {
      ...run,
      contamination: [{ name, ...share, contaminated: true, reason: 'steal' }],
      queue: { state: 'partial' as const, reason: 'the connection was lost', data: run.queue?.data ?? null },
    };
    expect(compareRuns([run], [odd]).notes).toEqual([
      'other guests or programs used one (2026-11-23T12:00:00.000Z) during disk/wal-append 1',
      'queue of one (2026-11-23T12:00:00.000Z) is incomplete: the connection was lost',
    ]);
  });

  it('a difference while other guests or programs used a machine is no evidence, nor is what drain does then', () => {
    const share = { startedAt_ms: 0, endedAt_ms: 1, steal: 0.2, pressureCpu: null, pressureIo: null };
    const busyDuring = (name: string): CompareResult => {
      const run = { ...runOf(), contamination: [{ name, ...share, contaminated: true, reason: 'steal' }] };
      return compareRuns(runsOf(1, slow), [run]);
    };
    const busy = busyDuring('queue/drain');
    expect(row(busy, 'queue/drain/rate').comparison).toMatchObject({
      effect: 'no evidence',
      reason: 'other guests or programs used a machine during queue/drain',
    });
    expect(busy.drain.following).toBe('unknown');
    expect(busyDuring('disk/wal-append 2').drain.following).toBe('unknown');
    expect(row(busyDuring('disk/wal-append 2'), 'queue/drain/rate').comparison.effect).toBe('better');
    expect(busyDuring('network/round trips').drain.following).toBe('follows');
  });

  it('two sides that are one host are told apart by their time', () => {
    const { a, b } = compareRuns([runOf()], [runOf({ startedAt: '2026-11-24T12:00:00.000Z' })]);
    expect([a.name, b.name]).toEqual(['one 2026-11-23T12:00:00.000Z', 'one 2026-11-24T12:00:00.000Z']);
  });
});

it('a series becomes ten means of its whole seconds', () => {
  const series = [0, ...Array.from({ length: 60 }, (_, index) => index), 0];
  expect(blocks(series)).toEqual([2.5, 8.5, 14.5, 20.5, 26.5, 32.5, 38.5, 44.5, 50.5, 56.5]);
  expect(blocks([1, 2, 3])).toEqual([]);
});

it('two real runs of one container on a busy machine, one after the other, are no evidence of anything', async () => {
  const [a, b] = await Promise.all(
    [1, 2].map((run) => readResult(`test/fixtures/benchmarks/compare/nspawn-debian13-quick-${run}.json`)),
  );
  if (a === undefined || b === undefined) throw new Error('no runs');
  const result = compareRuns([a], [b]);
  // Drain went 2.2 times as fast, the log half as fast: others worked on the machine during the second run.
  expect(result.rows).toHaveLength(17);
  expect(new Set(effects(result))).toEqual(new Set(['no evidence']));
  expect(result.drain.following).toBe('unknown');
});
