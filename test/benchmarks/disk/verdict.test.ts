import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFio, windowOf } from '../../../benchmarks/disk/fio.ts';
import { diskJobs } from '../../../benchmarks/disk/jobs.ts';
import { diskVerdicts } from '../../../benchmarks/disk/verdict.ts';
import { limitVerdictSchema } from '../../../benchmarks/result.ts';
import { diskWith, windowWith } from './windows.ts';

const limits = { fdatasync_ms: 10, powerLossProtection: false };
const honoured = { verdict: 'honoured', words: 'it waits' } as const;

const judge = (...given: Parameters<typeof diskVerdicts>) =>
  new Map(diskVerdicts(...given).map((verdict) => [verdict.id, limitVerdictSchema.parse(verdict)]));

const append = (p99_ms: number) => diskWith([windowWith('wal-append', { sync: 330, p99: p99_ms * 1000 })], honoured);

describe('what a disk is worth to a queue host', () => {
  it.each([
    [1.9, 'good'],
    [3.1, 'fair'],
    [10, 'fair'],
    [10.1, 'bad'],
  ] as const)('an fdatasync of %d ms is %s', (p99, level) => {
    expect(judge(append(p99), limits).get('disk/wal-append')?.level).toBe(level);
  });

  it('a disk that really was slow is bad', () => {
    const text = readFileSync(
      join(import.meta.dirname, '../../fixtures/benchmarks/disk/fio-3.39-wal-append-throttled.json'),
      'utf8',
    );
    const job = diskJobs(true).find((one) => one.name === 'wal-append');
    if (job === undefined) throw new Error('no job');
    const data = diskWith([windowOf(job, parseFio(text), 1, new Date())], honoured);
    expect(judge(data, limits).get('disk/wal-append')).toMatchObject({
      level: 'bad',
      words: 'fdatasync p99 103 ms: about 20 confirmed jobs/s from one publisher that waits for each',
    });
  });

  it('says it in words of the workload, from the mean of a write and its fdatasync', () => {
    // 1 / (330 µs + 4 µs).
    expect(judge(append(3.1), limits).get('disk/wal-append')?.words).toBe(
      'fdatasync p99 3.1 ms: about 2,994 confirmed jobs/s from one publisher that waits for each',
    );
  });

  it('counts on the slowest window', () => {
    const data = diskWith(
      [1, 2].map((window) => windowWith('wal-append', { sync: 300, p99: window * 8000, window })),
      honoured,
    );
    expect(judge(data, limits).get('disk/wal-append')?.words).toContain('p99 16 ms');
  });

  it('leaves out a window in which others took the machine, and knows nothing where that is all of them', () => {
    const data = diskWith(
      [1, 2].map((window) => windowWith('wal-append', { sync: 300, p99: window * 8000, window })),
      honoured,
    );
    const second = judge(data, { ...limits, distrusted: (name) => (name === 'disk/wal-append 2' ? 'steal' : null) });
    expect(second.get('disk/wal-append')).toMatchObject({ level: 'fair', words: expect.stringContaining('p99 8 ms') });
    const all = judge(data, { ...limits, distrusted: () => 'other guests took 30 %' });
    expect(all.get('disk/wal-append')).toMatchObject({
      level: 'unknown',
      words: 'could not be determined: other guests took 30 %',
    });
  });

  it('a disk that lies is bad, and its good figure is not called good', () => {
    const data = { ...append(0.5), flush: { verdict: 'not honoured', words: 'flush not honoured: …' } as const };
    const verdicts = judge(data, limits);
    expect(verdicts.get('disk/flush')?.level).toBe('bad');
    expect(verdicts.get('disk/wal-append')).toMatchObject({
      level: 'unknown',
      words: 'fdatasync p99 0.5 ms, but flushes are not honoured: this is the time of a cache, not of the disk',
    });
  });

  it('a flush of unclear worth is not known, or fair where the environment answers for it', () => {
    const data = { ...append(1), flush: { verdict: 'unclear', words: 'declared' } as const };
    expect(judge(data, limits).get('disk/flush')?.level).toBe('unknown');
    expect(judge(data, { ...limits, powerLossProtection: true }).get('disk/flush')?.level).toBe('fair');
  });

  it('nothing measured is unknown and not good', () => {
    for (const data of [null, diskWith([])]) {
      expect([...judge(data, limits).values()].map(({ level }) => level)).toEqual(['unknown', 'unknown']);
    }
  });

  it('says what other work on the disk does to the log', () => {
    const contended = windowWith('wal-contended', { sync: 900, p99: 9000 });
    const verdict = judge(diskWith([...append(1).windows, contended], honoured), limits).get('disk/wal-contended');
    expect(verdict).toMatchObject({ level: 'fair', words: expect.stringContaining('from 1 ms to 9 ms (9.0 times)') });
  });

  it('a disk that slows down when its credit is used up is told', () => {
    const windows = [3000, 1000].map((iops, index) => windowWith('wal-append', { sync: 300, iops, window: index + 1 }));
    expect(judge(diskWith(windows, honoured), limits).get('disk/windows')).toMatchObject({
      level: 'fair',
      words: expect.stringContaining('from 3000 to 1000 log writes/s'),
    });
    const even = windows.map((window) => windowWith('wal-append', { sync: 300, window: window.window }));
    expect(judge(diskWith(even, honoured), limits).get('disk/windows')?.level).toBe('good');
  });
});
