import { describe, expect, it } from 'vitest';
import { gapCommand, parseGaps, parseProcessors } from '../../../benchmarks/cpu/gaps.ts';
import { gapProbeSchema } from '../../../benchmarks/cpu/result.ts';
import { NotMeasured } from '../../../benchmarks/suite.ts';
import { LocalHost } from '../../support/local-host.ts';

describe('the gap probe', () => {
  it.each([
    ['0-1', [0, 1]],
    ['2', [2]],
    ['0-7', [0, 2, 4, 6]],
    ['0-1,4-5', [0, 1, 4, 5]],
    ['0-5', [0, 1, 3, 4]],
  ])('runs on up to four of the processors %s', (list, chosen) => {
    expect(parseProcessors(`processors ${list}\n`)).toEqual(chosen);
  });

  it('cannot run without its tools', () => {
    expect(() => parseProcessors('missing taskset\nprocessors 0-1\n')).toThrow(NotMeasured);
    expect(() => parseProcessors('missing taskset\n')).toThrow(/install Debian's package util-linux/);
  });

  it('reads each processor’s holes', () => {
    const text =
      'cpu=1 duration_us=4074188 gaps=72 longest_us=206466 lost_us=3701200\ncpu=0 duration_us=4000000 gaps=0 longest_us=0 lost_us=0\n';
    expect(parseGaps(text).map((probe) => gapProbeSchema.parse(probe))).toEqual([
      { cpu: 0, duration_ms: 4000, gaps: 0, longestGap_ms: 0, lost: 0 },
      { cpu: 1, duration_ms: 4074.188, gaps: 72, longestGap_ms: 206.466, lost: expect.closeTo(0.9084, 3) },
    ]);
  });

  it('really runs, bound to a processor, for as long as it is told', async () => {
    const [first = 0] = parseProcessors(
      await new LocalHost().capture({
        script: "sed -n 's/^Cpus_allowed_list:[[:space:]]*/processors /p' /proc/self/status",
      }),
    );
    const [probe] = parseGaps(await new LocalHost().capture(gapCommand([first], 1)));
    expect(probe?.cpu).toBe(first);
    expect(probe?.duration_ms).toBeGreaterThanOrEqual(1000);
  });
});
