import { percent } from '../numbers.ts';
import { type SuiteName, suiteNames } from '../suite.ts';
import type { Contamination, NeighbourSample } from './result.ts';

export interface Interval {
  /** The measurement, such as `disk/wal-append 1`. The part before the slash decides which load is its own. */
  readonly name: string;
  readonly startedAt_ms: number;
  readonly endedAt_ms: number;
}

/** Shares of the time in which programs waited. Null if the measurement's own load hides that of others. */
interface PressureLines {
  readonly cpu: number | null;
  readonly io: number | null;
}

/**
 * Pressure above which a measurement shares the machine with other work. Our judgement: it adds a label and no score.
 * Measured: alone on two processors, measurements cause up to 14 % of pressure; one at 24 % wrote half as much as
 * others like it.
 */
const lines: Readonly<Record<SuiteName, PressureLines>> = {
  disk: { cpu: 0.2, io: null },
  // The probes themselves load all processors.
  cpu: { cpu: null, io: 0.1 },
  network: { cpu: 0.2, io: 0.1 },
  queue: { cpu: null, io: null },
};

/** It runs three programs of its own: alone on two processors it causes 19 % (measured). */
const contended = 'disk/wal-contended';

function linesOf(name: string): PressureLines {
  const suite = lines[suiteOf(name)];
  return name.startsWith(contended) ? { ...suite, cpu: 0.3 } : suite;
}

/**
 * The watch samples once a second. If a sample is this much later than the one before, the host itself stood still: a
 * processor that is taken away does not always show as steal.
 */
const heldUp_ms = 1_500;

/**
 * What others took of the machine during a measurement. A sample covers the time since the previous one, so each is
 * weighted by the part of that time within the interval.
 *
 * @param stealLimit share of processor time, the environment's `benchmarks.limits.steal`
 */
export function contaminationOf(
  interval: Interval,
  samples: readonly NeighbourSample[],
  stealLimit: number,
): Contamination {
  const parts = partsWithin(interval, samples);
  const steal = mean(parts, ({ steal }) => steal);
  const pressureCpu = mean(parts, (sample) => sample.pressureCpu);
  const pressureIo = mean(parts, (sample) => sample.pressureIo);
  const found = { ...interval, steal, pressureCpu, pressureIo };
  if (steal === null)
    return {
      ...found,
      contaminated: false,
      reason: 'not watched: it was shorter than the time between two samples, or the samples failed',
    };
  const line = linesOf(interval.name);
  const longest = Math.max(...parts.map(({ length_ms }) => length_ms));
  const reasons = [
    ...(steal > stealLimit ? [`other guests took ${percent(steal)} of the processor time`] : []),
    ...(longest > heldUp_ms ? [`the host stood still for ${Math.round(longest - 1000)} ms`] : []),
    ...(isOver(pressureCpu, line.cpu) ? [`programs waited for a processor ${percent(pressureCpu)} of the time`] : []),
    ...(isOver(pressureIo, line.io) ? [`other programs waited for the disk ${percent(pressureIo)} of the time`] : []),
  ];
  return { ...found, contaminated: reasons.length > 0, reason: reasons.length > 0 ? reasons.join('; ') : null };
}

const isOver = (pressure: number | null, line: number | null): pressure is number =>
  pressure !== null && line !== null && pressure > line;

interface Part {
  readonly sample: NeighbourSample;
  /** Total length of the sample's time. */
  readonly length_ms: number;
  /** The part of it within the interval. */
  readonly within_ms: number;
}

/**
 * Empty if the interval covers less than half a second of every sample: a very short measurement would otherwise be
 * charged with what the previous one did.
 */
function partsWithin({ startedAt_ms, endedAt_ms }: Interval, samples: readonly NeighbourSample[]): readonly Part[] {
  const parts = samples
    .map((sample, index) => {
      const from = samples[index - 1]?.at_ms ?? sample.at_ms - 1000;
      const within_ms = Math.min(sample.at_ms, endedAt_ms) - Math.max(from, startedAt_ms);
      return { sample, length_ms: sample.at_ms - from, within_ms };
    })
    .filter(({ within_ms }) => within_ms > 0);
  return parts.some(({ within_ms }) => within_ms >= 500) ? parts : [];
}

/** Null if no part has a value. */
function mean(parts: readonly Part[], value: (sample: NeighbourSample) => number | null): number | null {
  let [sum, weight] = [0, 0];
  for (const { sample, within_ms } of parts) {
    const found = value(sample);
    if (found === null) continue;
    sum += found * within_ms;
    weight += within_ms;
  }
  return weight === 0 ? null : sum / weight;
}

const suiteOf = (name: string): SuiteName => suiteNames.find((suite) => name.startsWith(`${suite}/`)) ?? 'network';
