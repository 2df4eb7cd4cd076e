import type { ExchangeCity } from '../../provision/environment/benchmarks.ts';
import { nearestRank } from '../statistics/percentile.ts';
import { exchangePlace } from './cities.ts';
import { floor_ms } from './geography.ts';
import type { Sample } from './probe.ts';
import type { Resolved } from './resolve.ts';
import type { RoundTrip } from './result.ts';
import type { Target } from './targets.ts';

/**
 * Summarizes the samples of one target. A target that was never contacted has a loss of 1, like one that never answers.
 */
export function roundTripOf(
  target: Target,
  { address, reason }: Resolved,
  samples: readonly Sample[],
  exchangeCity: ExchangeCity,
): RoundTrip {
  const asked = samples.filter(({ kind }) => kind !== 'stopped');
  const answered = asked.filter(({ kind }) => kind === 'answered').length;
  const times = samples.flatMap((sample) => (sample.kind === 'answered' ? (sample.time_ms ?? []) : []));
  return {
    target: target.name,
    operator: target.operator,
    city: target.city,
    protocol: target.protocol,
    address,
    clock: target.protocol === 'tcp' ? 'kernel' : 'program',
    sent: asked.length,
    answered,
    loss: asked.length === 0 ? 1 : (asked.length - answered) / asked.length,
    min_ms: nearestRank(times, 0),
    p50_ms: nearestRank(times, 0.5),
    p95_ms: nearestRank(times, 0.95),
    floor_ms: floor_ms(exchangePlace(exchangeCity), target.place),
    samples_ms: times,
    reason: answered > 0 ? null : (reason ?? mostFrequent(samples) ?? 'nothing was asked'),
    contradictedBy: null,
  };
}

function mostFrequent(samples: readonly Sample[]): string | undefined {
  const counts = new Map<string, number>();
  for (const sample of samples) {
    if (sample.kind !== 'answered') counts.set(sample.reason, (counts.get(sample.reason) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
