import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFio, windowOf } from '../../../benchmarks/disk/fio.ts';
import { flushOf } from '../../../benchmarks/disk/flush.ts';
import { diskJobs } from '../../../benchmarks/disk/jobs.ts';
import { windowWith } from './windows.ts';

const writeBack = { writeCache: 'write back', powerLossProtection: false } as const;
const log = windowWith('wal-append', { sync: 250 });
const flushes = (sync: number, write: number) => [log, windowWith('randwrite-flush', { sync, write })];

function fixtureWindow(file: string, job: 'wal-append' | 'randwrite-flush', measured: string) {
  const text = readFileSync(join(import.meta.dirname, '../../fixtures/benchmarks/disk', file), 'utf8');
  const found = diskJobs(false).find(({ name }) => name === job);
  if (found === undefined) throw new Error(job);
  return windowOf({ ...found, measured }, parseFio(text), 1, new Date());
}

describe('whether a flush reaches the disk', () => {
  it('is not known before it was measured', () => {
    expect(flushOf([], writeBack)).toBeNull();
    expect(flushOf([log], writeBack)).toBeNull();
  });

  it('memory, which says yes to every flush, is not a disk', () => {
    // Real figures of a tmpfs: 270 ns.
    const found = flushOf([fixtureWindow('fio-3.33-tmpfs.json', 'wal-append', 't')], writeBack);
    expect(found?.verdict).toBe('not honoured');
    expect(found?.words).toMatch(/flush not honoured: half of all fdatasync calls take at most 0\.\d+ µs/);
  });

  it('is too fast for a disk even where its cache is said to survive a power cut', () => {
    const found = flushOf([windowWith('wal-append', { sync: 10 })], { ...writeBack, powerLossProtection: true });
    expect(found?.verdict).toBe('not honoured');
  });

  it('a flush that waits for the medium is honoured', () => {
    expect(flushOf(flushes(1000, 120), writeBack)).toMatchObject({
      verdict: 'honoured',
      words: expect.stringMatching(/1\.00 ms/),
    });
  });

  it('a flush that costs one more way to the hypervisor is not, where there is a cache to empty', () => {
    const found = flushOf(flushes(140, 150), writeBack);
    expect(found?.verdict).toBe('not honoured');
    expect(found?.words).toMatch(/a flush takes 140 µs and the write before it 150 µs.*Ask the provider/);
  });

  it.each([
    ['idle', 'fio-3.39-randwrite-flush.json', 'not honoured'],
    // Other programs make flushes dearer than writes: no more than a doubt is left, and never an acquittal.
    ['among busy programs', 'fio-3.39-randwrite-flush-busy.json', 'unclear'],
  ] as const)('on a real virtual disk whose flushes cost nothing, %s', (_when, file, verdict) => {
    const window = fixtureWindow(file, 'randwrite-flush', 'randwrite-flush');
    expect(flushOf([window], writeBack)?.verdict).toBe(verdict);
  });

  it('one undisturbed window is enough to see it', () => {
    const windows = [...flushes(140, 150), windowWith('randwrite-flush', { sync: 4000, write: 150, window: 2 })];
    expect(flushOf(windows, writeBack)?.verdict).toBe('not honoured');
  });

  it('is a matter of belief where the environment declares power-loss protection', () => {
    const found = flushOf(flushes(140, 150), { ...writeBack, powerLossProtection: true });
    expect(found).toMatchObject({ verdict: 'unclear', words: expect.stringMatching(/declared and not proven/) });
  });

  it('has nothing to do where the disk has no volatile cache', () => {
    expect(flushOf(flushes(20, 900), { ...writeBack, writeCache: 'write through' })).toMatchObject({
      verdict: 'honoured',
      words: expect.stringMatching(/Only a power cut proves it/),
    });
  });

  it('is unclear where the host says nothing of a cache and a flush costs nothing', () => {
    expect(flushOf(flushes(100, 150), { ...writeBack, writeCache: null })?.verdict).toBe('unclear');
    expect(flushOf(flushes(900, 150), { ...writeBack, writeCache: null })?.verdict).toBe('honoured');
  });

  it.each([
    [1.24, 'not honoured'],
    [1.25, 'unclear'],
    [1.99, 'unclear'],
    [2, 'honoured'],
  ] as const)('a flush of %f times the write is %s', (times, verdict) => {
    expect(flushOf(flushes(200 * times, 200), writeBack)?.verdict).toBe(verdict);
  });
});
