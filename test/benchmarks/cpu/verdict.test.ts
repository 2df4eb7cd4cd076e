import { describe, expect, it } from 'vitest';
import type { CpuData, NeighbourSample } from '../../../benchmarks/cpu/result.ts';
import { cpuVerdicts } from '../../../benchmarks/cpu/verdict.ts';
import { limitVerdictSchema } from '../../../benchmarks/result.ts';

const sample = (steal: number): NeighbourSample => ({
  at_ms: 0,
  steal,
  busy: 0.1,
  pressureCpu: 0,
  pressureIo: 0,
  pressureMemory: 0,
  contextSwitches_per_s: 500,
});

const cpuWith = (steal: readonly number[], lost: number): CpuData => ({
  samples: steal.map(sample),
  gapProbes: [
    { cpu: 0, duration_ms: 4000, gaps: 1, longestGap_ms: 1.5, lost: 0.0004 },
    { cpu: 1, duration_ms: 4000, gaps: 72, longestGap_ms: 206.5, lost },
  ],
});

const judge = (data: CpuData | null) =>
  new Map(cpuVerdicts(data, 0.05).map((verdict) => [verdict.id, limitVerdictSchema.parse(verdict)]));

describe('whether the processors are ours', () => {
  it.each([
    [0.001, 'good'],
    [0.03, 'fair'],
    [0.08, 'bad'],
  ] as const)('steal of %d is %s', (steal, level) => {
    expect(judge(cpuWith([steal, steal], 0)).get('cpu/steal')?.level).toBe(level);
  });

  it('says how much others took, and in the worst second', () => {
    expect(judge(cpuWith([0, 0.2], 0)).get('cpu/steal')?.words).toBe(
      'other guests took 10 % of the processor time, 20 % in the worst second',
    );
  });

  it('a stolen processor is bad although no steal is told, and the worst processor counts', () => {
    const verdicts = judge(cpuWith([0, 0], 0.9));
    expect(verdicts.get('cpu/steal')).toMatchObject({
      level: 'good',
      words: expect.stringContaining('the hypervisor hides it'),
    });
    expect(verdicts.get('cpu/gaps')).toMatchObject({
      level: 'bad',
      words: expect.stringMatching(
        /processor 1 .* loses 90 % of its time, up to 207 ms at once: steal does not explain it/,
      ),
    });
  });

  it('puts the gaps down to steal where the kernel tells it', () => {
    expect(judge(cpuWith([0.3, 0.5], 0.5)).get('cpu/gaps')?.words).toContain('other guests took it (steal)');
  });

  it('nothing measured is unknown and not good', () => {
    for (const data of [null, { gapProbes: [], samples: [] }]) {
      expect([...judge(data).values()].map(({ level }) => level)).toEqual(['unknown', 'unknown']);
    }
  });
});
