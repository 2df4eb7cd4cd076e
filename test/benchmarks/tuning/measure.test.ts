import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logBeside, type Neighbour } from '../../../benchmarks/disk/contended-log.ts';
import { NotMeasured } from '../../../benchmarks/suite.ts';
import { judgeGroups } from '../../../benchmarks/tuning/effects.ts';
import type { groupNames } from '../../../benchmarks/tuning/groups.ts';
import { runSchedule } from '../../../benchmarks/tuning/measure.ts';
import { parseFdatasync } from '../../../benchmarks/tuning/metrics/fdatasync.ts';
import { tuningLines } from '../../../benchmarks/tuning/report.ts';
import { type Tuning, type TuningGroup, tuningSchema } from '../../../benchmarks/tuning/result.ts';
import { interleaved } from '../../../benchmarks/tuning/schedule.ts';
import { HostError, OperationError } from '../../../lib/errors.ts';

const limits = { alpha: 0.05, threshold: 0.05 };

describe('a schedule', () => {
  it('switches before each measurement, and the first of all does not count', async () => {
    const events: string[] = [];
    const { samples, broken } = await runSchedule('disk', interleaved(), {
      setGroup: async (side) => void events.push(side),
      measure: async (name) => events.push(name),
    });
    expect(broken).toBeNull();
    expect(events.slice(0, 6)).toEqual(['A', 'tuning/disk warm-up', 'A', 'tuning/disk 01 A', 'B', 'tuning/disk 02 B']);
    expect(samples).toHaveLength(12);
    expect(samples.every(({ name, side }) => name.endsWith(side))).toBe(true);
  });

  it.each([new OperationError('COMMAND_FAILED', 'fio ended with 1'), new NotMeasured('fio ended with 1')])(
    'that breaks off keeps what there is: %s',
    async (error) => {
      let left = 5;
      const measure = async (): Promise<number> => {
        left -= 1;
        if (left === 0) throw error;
        return left;
      };
      const run = await runSchedule('disk', interleaved(), { setGroup: async () => undefined, measure });
      expect(run).toMatchObject({ broken: 'fio ended with 1', samples: [{ side: 'A' }, { side: 'B' }, { side: 'B' }] });
    },
  );

  it('does not go on with a host that is lost', async () => {
    const measure = () => Promise.reject(new HostError('HOST_LOST', 'gone'));
    await expect(runSchedule('disk', ['A'], { setGroup: async () => undefined, measure })).rejects.toThrow('gone');
  });
});

/** Twelve samples in the order of the schedule: `a` and `b` are what each side has. */
function groupWith(name: (typeof groupNames)[number], a: readonly number[], b: readonly number[]): TuningGroup {
  const [left, right] = [[...a], [...b]];
  return {
    group: name,
    state: 'measured',
    reason: null,
    settings: [],
    metric: { name: 'fdatasync-bulk', words: 'fdatasync p99', unit: 'ms', better: 'lower' },
    samples: interleaved(a.length).map((side) => ({
      name: `tuning/${name} ${side}`,
      side,
      startedAt: '2026-11-23T12:00:00.000Z',
      value: (side === 'A' ? left : right).shift() ?? 0,
    })),
    comparison: null,
    effect: null,
    words: '',
  };
}
const some = [10, 10.5, 11, 10.2, 10.8, 12];

describe('the verdict of a group', () => {
  it('is better, worse or no evidence, with the figure and the interval', () => {
    const [better, worse, none] = judgeGroups(
      [
        groupWith(
          'disk',
          some,
          some.map((value) => value * 0.5),
        ),
        groupWith(
          'swap',
          some,
          some.map((value) => value * 2),
        ),
        groupWith('write-back', some, [10.4, 10.1, 11.2, 10.3, 10.6, 11.9]),
      ],
      limits,
    );
    expect([better?.effect, worse?.effect, none?.effect]).toEqual(['better', 'worse', 'no evidence']);
    expect(better?.words).toBe(
      'fdatasync p99: 10.7 ms with stock Debian, 5.33 ms with our settings, −50 % (95 % interval −54.2 % to −45.5 %): better (p = 0.006)',
    );
    expect(none?.words).toMatch(/no evidence \(chance may explain it: p = 1\.000\)$/);
  });

  it('of a group that was not measured says why', () => {
    const skipped = {
      ...groupWith('swap', some, some),
      samples: [],
      state: 'not applicable' as const,
      reason: 'a container',
    };
    expect(judgeGroups([skipped], limits)[0]).toMatchObject({ effect: null, words: 'not applicable: a container' });
  });

  it('with too few samples is no evidence, whatever they say', () => {
    const broken = groupWith(
      'disk',
      some,
      some.map((value) => value * 0.1),
    );
    const [judged] = judgeGroups([{ ...broken, state: 'partial', samples: broken.samples.slice(0, 9) }], limits);
    expect(judged?.words).toContain('no evidence (n too small: 4 on a side, 6 are needed)');
  });
});

describe('fio’s answer', () => {
  const fixture = (name: Neighbour) =>
    readFileSync(`test/fixtures/benchmarks/tuning/fio-3.39-log-beside-${name}.json`, 'utf8');

  it('gives the time of the flushes of the log, and not of the job beside it', () => {
    expect(parseFdatasync(logBeside('bulk', false), fixture('bulk'))).toBeCloseTo(4.882432, 9);
    expect(parseFdatasync(logBeside('readers', false), `note: both iodepth >= 1\n${fixture('readers')}`)).toBeCloseTo(
      9.50272,
      9,
    );
  });

  it('without the time of a flush is not measured', () => {
    const without = fixture('bulk').replaceAll('99.000000', '98.000000');
    expect(() => parseFdatasync(logBeside('bulk', false), without)).toThrow(NotMeasured);
  });
});

describe('as text and for the picture', () => {
  const [disk, skipped] = judgeGroups(
    [
      groupWith(
        'disk',
        some,
        some.map((value) => value * 0.5),
      ),
      { ...groupWith('swap', some, some), samples: [], state: 'not applicable', reason: 'a container' },
    ],
    limits,
  );
  if (disk === undefined || skipped === undefined) throw new Error('no groups');
  const result: Tuning = {
    format: 'jernverk-tuning/1',
    startedAt: '2026-11-23T12:00:00.000Z',
    endedAt: '2026-11-23T12:10:00.000Z',
    host: 'one',
    kernel: '6.12.117+deb13-cloud-amd64',
    quick: false,
    perSide: 6,
    limits,
    groups: [{ ...disk, settings: [{ key: 'block/scheduler', stock: 'mq-deadline', ours: 'none' }] }, skipped],
  };

  it('says what was found, with the settings, and why the rest has no figure', () => {
    expect(tuningLines(result)).toEqual([
      'Stock Debian (A) against the kernel topic (B) on one, Linux 6.12.117+deb13-cloud-amd64, 6 measurements a side:',
      expect.stringMatching(/^ {2}disk: fdatasync p99: .* better \(p = 0\.00.\)$/),
      '    block/scheduler: mq-deadline → none',
      'Without a figure:',
      '  swap: not applicable: a container',
      'A difference counts from 5 %, at 5 % error over all groups.',
    ]);
  });

  it('is what its schema says', () => {
    expect(tuningSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });
});
