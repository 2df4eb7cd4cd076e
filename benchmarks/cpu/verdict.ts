import { ms, percent } from '../numbers.ts';
import type { LimitVerdict, VerdictLevel } from '../result.ts';
import type { CpuData, GapProbe, NeighbourSample } from './result.ts';

/** Common thresholds for steal: below 2 % is fine, above 5 % (the default limit) is contention. */
const goodShare = 0.4;

/**
 * Judges whether others use the processors.
 *
 * @param stealLimit share of processor time, the environment's `benchmarks.limits.steal`
 */
export function cpuVerdicts(data: CpuData | null, stealLimit: number): LimitVerdict[] {
  return [stealVerdict(data?.samples ?? [], stealLimit), gapVerdict(data, stealLimit)];
}

const levelOf = (share: number, limit: number): VerdictLevel =>
  share > limit ? 'bad' : share > limit * goodShare ? 'fair' : 'good';

const thresholdOf = (what: string, limit: number): string =>
  `${what} at most ${percent(limit)} (benchmarks.limits.steal), good up to ${percent(limit * goodShare)}`;

function stealVerdict(samples: readonly NeighbourSample[], limit: number): LimitVerdict {
  const base = { id: 'cpu/steal', suite: 'cpu', threshold: thresholdOf('steal', limit) } as const;
  if (samples.length === 0) return { ...base, level: 'unknown', words: 'steal was not measured' };
  const steal = samples.reduce((sum, sample) => sum + sample.steal, 0) / samples.length;
  const most = Math.max(...samples.map((sample) => sample.steal));
  return {
    ...base,
    level: levelOf(steal, limit),
    words: `other guests took ${percent(steal)} of the processor time, ${percent(most)} in the worst second${
      most === 0 ? ' (or the hypervisor hides it: see the gaps)' : ''
    }`,
  };
}

function gapVerdict(data: CpuData | null, limit: number): LimitVerdict {
  const base = { id: 'cpu/gaps', suite: 'cpu', threshold: thresholdOf('time lost in gaps over 1 ms', limit) } as const;
  const worst = [...(data?.gapProbes ?? [])].sort((a, b) => b.lost - a.lost)[0];
  if (data === null || worst === undefined) return { ...base, level: 'unknown', words: 'gaps were not measured' };
  const level = levelOf(worst.lost, limit);
  const found = `a program that needs processor ${worst.cpu} for itself loses ${percent(worst.lost)} of its time, up to ${ms(worst.longestGap_ms)} at once`;
  return { ...base, level, words: level === 'good' ? found : `${found}: ${explanation(worst, data.samples)}` };
}

/** A gap looks the same whatever caused it. The kernel's counters for that time distinguish some causes. */
function explanation(probe: GapProbe, samples: readonly NeighbourSample[]): string {
  const steal = Math.max(0, ...samples.map((sample) => sample.steal));
  if (steal > probe.lost / 4) return 'other guests took it (steal)';
  const idle = samples.slice(0, 3);
  const busy = idle.reduce((sum, sample) => sum + sample.busy, 0) / Math.max(1, idle.length);
  const others = `other programs on this machine took it (they were busy ${percent(busy)} of the time before)`;
  return `steal does not explain it. Either a quota caps the processor, or the hypervisor hides steal, or ${others}`;
}
