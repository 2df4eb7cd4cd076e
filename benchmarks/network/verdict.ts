import type { Environment } from '../../provision/environment/schema.ts';
import { ms, percent } from '../numbers.ts';
import type { LimitVerdict } from '../result.ts';
import type { NetworkData, RoundTrip } from './result.ts';

type Limits = Pick<Environment['benchmarks'], 'exchangeCity' | 'limits'>;

/** Milliseconds to the exchange: the limit for NIX in Oslo. No other city needs more to a target of its own. */
export const line_ms = 3;

/**
 * Share of packets. Losing one of 25 can happen. Two are more than a working path loses, and TCP then runs at a
 * fraction of its speed. Our judgement.
 */
const lossLine = 0.05;

/** What the round trips say about a host, in words. */
export const networkVerdicts = (data: NetworkData, limits: Limits): readonly LimitVerdict[] => [
  roundTripVerdict(data, limits),
  lossVerdict(data),
];

/** A target that answered, with its limit. */
interface Judged {
  readonly trip: RoundTrip;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly limit_ms: number;
}

/**
 * The median decides: it is what a packet usually takes, queues on the way included. The shortest would flatter a path
 * that is usually congested. Of the targets in the exchange city the best counts, because what a server or its own line
 * adds is not the host's. If none of them answered, a target elsewhere gets the limit plus what light needs to it.
 */
function roundTripVerdict(data: NetworkData, { exchangeCity, limits }: Limits): LimitVerdict {
  const line = limits.roundTrip ?? line_ms;
  const answering = data.roundTrips.flatMap((trip): Judged[] => {
    const { p50_ms, p95_ms, floor_ms } = trip;
    if (p50_ms === null || p95_ms === null || floor_ms === null || trip.contradictedBy !== null) return [];
    return [{ trip, p50_ms, p95_ms, limit_ms: trip.city === exchangeCity ? line : line + floor_ms }];
  });
  const inCity = answering.filter(({ trip }) => trip.city === exchangeCity);
  const [best] = (inCity.length > 0 ? inCity : answering).toSorted(
    (a, b) => a.p50_ms - a.limit_ms - (b.p50_ms - b.limit_ms),
  );
  const source = limits.roundTrip === undefined ? 'the usual line for NIX in Oslo' : 'benchmarks.limits.roundTrip';
  const verdict = { id: 'network/round-trip', suite: 'network' } as const;
  if (best === undefined) {
    return {
      ...verdict,
      level: 'unknown',
      words: contradictionWords(data) ?? silence(data),
      threshold: `${ms(line)} to ${exchangeCity}: ${source}`,
    };
  }
  return {
    ...verdict,
    level: levelOf(best),
    words: [roundTripWords(best), exclusionWords(data), contradictionWords(data)].filter(Boolean).join('; '),
    threshold: thresholdWords(best, line, exchangeCity, source),
  };
}

function levelOf(judged: Judged): LimitVerdict['level'] {
  if (judged.p50_ms > judged.limit_ms) return 'bad';
  return sometimesOver(judged) ? 'fair' : 'good';
}

/** If a program measured, single late times may be its own: it had to wait for a processor. */
const sometimesOver = ({ trip, p95_ms, limit_ms }: Judged): boolean => trip.clock === 'kernel' && p95_ms > limit_ms;

function roundTripWords(judged: Judged): string {
  const { trip, p50_ms, p95_ms, limit_ms } = judged;
  const place = `${ms(p50_ms)} to ${trip.city} (${trip.target})`;
  if (p50_ms > limit_ms) return `${place}: over the line of ${ms(limit_ms)}`;
  if (sometimesOver(judged))
    return `${place}: under the line of ${ms(limit_ms)}, but one in twenty takes ${ms(p95_ms)}`;
  return `${place}: under the line of ${ms(limit_ms)}`;
}

function thresholdWords({ trip, limit_ms }: Judged, line: number, exchangeCity: string, source: string): string {
  const plain = `${ms(line)} to ${exchangeCity}: ${source}`;
  if (trip.city === exchangeCity) return plain;
  return `${ms(limit_ms)} to ${trip.city}, since no target in ${exchangeCity} answered and light in fibre from there needs ${ms(limit_ms - line)}; ${plain}`;
}

function contradictionWords({ roundTrips }: NetworkData): string | null {
  const trip = roundTrips.find(({ contradictedBy }) => contradictedBy !== null);
  if (trip === undefined) return null;
  return `${trip.target} and ${trip.contradictedBy} cannot both be where the list of targets says, so neither counts`;
}

/** Only cities abroad: that a host may be in another Norwegian city is no news. */
function exclusionWords({ cities }: NetworkData): string {
  const abroad = cities.filter(({ country }) => country !== 'Norway');
  const excluded = abroad.filter((city) => city.excluded);
  const others = abroad.filter((city) => !city.excluded);
  if (excluded.length === 0) return 'excludes no city abroad';
  if (others.length === 0) return `excludes all ${abroad.length} cities abroad in the list`;
  return `excludes ${named(excluded)}; does not exclude ${named(others)}`;
}

const most = 6;

function named(cities: NetworkData['cities']): string {
  const names = cities.slice(0, most).map(({ city }) => city);
  return names.join(', ') + (cities.length > most ? ` and ${cities.length - most} more` : '');
}

/**
 * The host's own part of the way is common to all targets, so what is lost there is lost to all of them: the target
 * that loses least decides. A target that never answers is down or filtered and says nothing about the way.
 */
function lossVerdict(data: NetworkData): LimitVerdict {
  const verdict = {
    id: 'network/loss',
    suite: 'network',
    threshold: `${percent(lossLine)} of the packets: our judgement`,
  } as const;
  const answering = data.roundTrips.filter(({ answered }) => answered > 0).toSorted((a, b) => a.loss - b.loss);
  const [best] = answering;
  if (best === undefined) return { ...verdict, level: 'unknown', words: 'no target answered, so the loss is unknown' };
  const lost = best.sent - best.answered;
  if (lost === 0) return { ...verdict, level: 'good', words: cleanWords(answering) };
  const words = `${percent(best.loss)} of the packets to ${best.target} were lost (${lost} of ${best.sent})${answering.length > 1 ? ', and as much or more to every other target' : ''}`;
  const bad = best.loss > lossLine && lost > 1;
  return {
    ...verdict,
    level: bad ? 'bad' : 'fair',
    words: bad
      ? `${words}: each of them is sent again after 200 ms or more, and the job waits`
      : `${words}: too few to judge`,
  };
}

function cleanWords(answering: readonly RoundTrip[]): string {
  const lossy = answering.filter(({ loss }) => loss > 0).map(({ target, loss }) => `${percent(loss)} to ${target}`);
  const clean = answering.length - lossy.length;
  const words = `no packet was lost to ${clean} of ${answering.length} targets`;
  return lossy.length === 0 ? words : `${words}; lost on the other targets’ side of the path: ${lossy.join(', ')}`;
}

function silence({ roundTrips }: NetworkData): string {
  const reason = roundTrips.find((trip) => trip.reason !== null)?.reason;
  const targets =
    roundTrips.length === 1 ? 'the only target did not answer' : `none of ${roundTrips.length} targets answered`;
  return `no round trip could be measured: ${targets}${reason ? ` (${reason})` : ''}`;
}
