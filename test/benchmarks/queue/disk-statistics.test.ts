import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flushRate, parseDiskStatistics, writeLatency } from '../../../benchmarks/queue/disk-statistics.ts';

const fixture = join(import.meta.dirname, '../../fixtures/benchmarks/queue/diskstats-linux-6.18.txt');
const lineOf = (device: string): string =>
  readFileSync(fixture, 'utf8')
    .split('\n')
    .find((line) => line.includes(` ${device} `)) ?? '';

describe('a line of /proc/diskstats', () => {
  it('of Linux 6.18 has writes, their time and flushes', () => {
    expect(parseDiskStatistics(lineOf('vda'))).toEqual({ writes: 7938002, write_ms: 3343589, flushes: 1851658 });
  });

  it('before Linux 5.5 has no flushes: they are not known, which is not none', () => {
    // The example in Documentation/admin-guide/iostats.rst of the kernel.
    const old = '   3    0   hda 446216 784926 9550688 4382310 424847 312726 5922052 19310380 0 3376340 23705160';
    expect(parseDiskStatistics(old)).toEqual({ writes: 424847, write_ms: 19310380, flushes: null });
  });

  it.each([null, '', '254 0 vda', '254 0 vda a b c d e f g h i j k'])('%j is nothing', (line) => {
    expect(parseDiskStatistics(line)).toBeNull();
  });
});

describe('between two looks', () => {
  const before = { writes: 100, write_ms: 500, flushes: 40 };
  const after = { writes: 150, write_ms: 600, flushes: 70 };

  it('flushes are counted a second', () => {
    expect(flushRate(before, after, 2)).toBe(15);
  });

  it('the mean time of a write is that of the new writes alone', () => {
    expect(writeLatency(before, after)).toBe(2);
  });

  it('nothing is known where nothing was written, the disk is not known, or the kernel does not count', () => {
    expect(writeLatency(before, before)).toBeNull();
    expect(writeLatency(null, after)).toBeNull();
    expect(flushRate(null, after, 1)).toBeNull();
    expect(flushRate({ ...before, flushes: null }, after, 1)).toBeNull();
    expect(flushRate(before, after, 0)).toBeNull();
  });

  it('a counter that went down is not known, and not a negative rate', () => {
    expect(flushRate(after, before, 1)).toBeNull();
    expect(writeLatency({ ...after, writes: 0 }, before)).toBeNull();
  });
});
