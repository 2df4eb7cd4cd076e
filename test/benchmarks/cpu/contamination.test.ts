import { describe, expect, it } from 'vitest';
import { contaminationOf } from '../../../benchmarks/cpu/contamination.ts';
import { contaminationSchema, type NeighbourSample } from '../../../benchmarks/cpu/result.ts';

const sample = (at_ms: number, found: Partial<NeighbourSample> = {}): NeighbourSample => ({
  at_ms,
  steal: 0,
  busy: 0.1,
  pressureCpu: 0.01,
  pressureIo: 0.01,
  pressureMemory: 0,
  contextSwitches_per_s: 500,
  ...found,
});

const seconds = (found: readonly Partial<NeighbourSample>[]): NeighbourSample[] =>
  found.map((one, index) => sample((index + 1) * 1000, one));

const judge = (name: string, from: number, to: number, samples: readonly NeighbourSample[]) =>
  contaminationSchema.parse(contaminationOf({ name, startedAt_ms: from, endedAt_ms: to }, samples, 0.05));

const quiet = {};

describe('what others took of the machine during a measurement', () => {
  it('is nothing on a quiet host', () => {
    expect(judge('disk/wal-append 1', 0, 3000, seconds([quiet, quiet, quiet]))).toMatchObject({
      contaminated: false,
      reason: null,
      steal: 0,
    });
  });

  it('is steal above the limit', () => {
    expect(judge('disk/wal-append 1', 0, 2000, seconds([{ steal: 0.2 }, quiet]))).toMatchObject({
      contaminated: true,
      steal: 0.1,
      reason: 'other guests took 10 % of the processor time',
    });
    expect(judge('disk/wal-append 1', 0, 2000, seconds([{ steal: 0.1 }, quiet])).contaminated).toBe(false);
  });

  it('counts a sample with the part of its time that lies within the measurement', () => {
    // Half of the first second and all of the next.
    const found = judge('disk/wal-append 1', 500, 2000, seconds([{ steal: 0.3 }, quiet, { steal: 1 }]));
    expect(found.steal).toBeCloseTo(0.1);
  });

  it('does not count what was before or after', () => {
    expect(judge('disk/x', 1000, 2000, seconds([{ steal: 1 }, quiet, { steal: 1 }])).steal).toBe(0);
  });

  it('does not take a measurement’s own load for that of others', () => {
    const [io, cpu] = [seconds([{ pressureIo: 0.9 }]), seconds([{ pressureCpu: 0.9 }])];
    const contaminated = (name: string) => [io, cpu].map((samples) => judge(name, 0, 1000, samples).contaminated);
    expect(contaminated('disk/randwrite-64 1')).toEqual([false, true]);
    expect(contaminated('cpu/gaps')).toEqual([true, false]);
    expect(contaminated('network/rtt')).toEqual([true, true]);
    expect(contaminated('queue/drain')).toEqual([false, false]);
  });

  it('is a host that stood still, although the kernel tells no steal', () => {
    expect(judge('queue/drain', 0, 6000, [sample(1000), sample(5000), sample(6000)])).toMatchObject({
      contaminated: true,
      reason: 'the host stood still for 3000 ms',
    });
  });

  it('cannot be told where nobody watched', () => {
    expect(judge('disk/x', 5000, 6000, seconds([quiet]))).toMatchObject({
      contaminated: false,
      steal: null,
      reason: 'not watched: it was shorter than the time between two samples, or the samples failed',
    });
  });

  it('cannot be told of a moment, which would be given what was before it', () => {
    expect(judge('network/paths', 1000, 1100, seconds([quiet, { pressureIo: 0.5 }]))).toMatchObject({
      contaminated: false,
      steal: null,
    });
  });

  it('of the three programs of wal-contended begins later, since they wait for each other', () => {
    const samples = seconds([{ pressureCpu: 0.25 }]);
    const contaminated = (name: string) => judge(name, 0, 1000, samples).contaminated;
    expect(contaminated('disk/wal-append 1')).toBe(true);
    expect(contaminated('disk/wal-contended 1')).toBe(false);
  });

  it('has no pressure on a kernel without PSI', () => {
    const samples = seconds([{ pressureCpu: null, pressureIo: null, pressureMemory: null }]);
    expect(judge('network/rtt', 0, 1000, samples)).toMatchObject({ pressureCpu: null, contaminated: false });
  });
});
