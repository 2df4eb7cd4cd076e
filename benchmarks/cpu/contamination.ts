import { percent } from '../statistics/words.ts';
import type { SuiteName } from '../suite.ts';
import { suiteNames } from '../suite.ts';
import type { Contamination, NeighbourSample } from './result.ts';

export interface Interval {
  /** The measurement, such as `disk/wal-append 1`: what is before the slash decides which load is its own. */
  readonly name: string;
  readonly startedAt_ms: number;
  readonly endedAt_ms: number;
}

/**
 * Pressure above which a measurement shares the machine with other work. Our judgement: a label and no score. A host
 * without work showed up to 2 % and 1 % (measured).
 */
const busyWithOthers = { cpu: 0.3, io: 0.1 } as const;

/** What a suite puts under pressure itself, so that pressure on it says nothing about others. */
const ownLoad: Readonly<Record<SuiteName, readonly ('cpu' | 'io')[]>> = {
  disk: ['io'],
  // The probes are a full load.
  cpu: ['cpu'],
  network: [],
  queue: ['cpu', 'io'],
};

/**
 * The watch looks once a second. Where a look comes this much later, the host itself stood still: a processor that is
 * taken away does not always show as steal.
 */
const heldUp_ms = 1_500;

/**
 * What others took of the machine during a measurement. A sample says what happened since the sample before it, so each
 * counts with the part of that time that lies within the interval.
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
  if (steal === null) return { ...found, contaminated: false, reason: 'not watched: no sample in this time' };
  const own = ownLoad[suiteOf(interval.name)];
  const longest = Math.max(...parts.map(({ length_ms }) => length_ms));
  const reasons = [
    ...(steal > stealLimit ? [`other guests took ${percent(steal)} of the processor time`] : []),
    ...(longest > heldUp_ms ? [`the host stood still for ${Math.round(longest - 1000)} ms`] : []),
    ...(!own.includes('cpu') && (pressureCpu ?? 0) > busyWithOthers.cpu
      ? [`programs waited for a processor ${percent(pressureCpu ?? 0)} of the time`]
      : []),
    ...(!own.includes('io') && (pressureIo ?? 0) > busyWithOthers.io
      ? [`other programs waited for the disk ${percent(pressureIo ?? 0)} of the time`]
      : []),
  ];
  return { ...found, contaminated: reasons.length > 0, reason: reasons.length > 0 ? reasons.join('; ') : null };
}

interface Part {
  readonly sample: NeighbourSample;
  /** How long the sample's time was in all. */
  readonly length_ms: number;
  /** How much of it lies within the interval. */
  readonly within_ms: number;
}

const partsWithin = ({ startedAt_ms, endedAt_ms }: Interval, samples: readonly NeighbourSample[]): readonly Part[] =>
  samples
    .map((sample, index) => {
      const from = samples[index - 1]?.at_ms ?? sample.at_ms - 1000;
      const within_ms = Math.min(sample.at_ms, endedAt_ms) - Math.max(from, startedAt_ms);
      return { sample, length_ms: sample.at_ms - from, within_ms };
    })
    .filter(({ within_ms }) => within_ms > 0);

/** Null where no part has a value. */
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
