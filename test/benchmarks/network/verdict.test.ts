import { describe, expect, it } from 'vitest';
import { cities } from '../../../benchmarks/network/cities.ts';
import type { NetworkData, RoundTrip } from '../../../benchmarks/network/result.ts';
import { networkVerdicts } from '../../../benchmarks/network/verdict.ts';
import type { LimitVerdict } from '../../../benchmarks/result.ts';
import { environmentWith } from '../../support/apply-topic.ts';

const trip = (given: Partial<RoundTrip> = {}): RoundTrip => ({
  target: 'NTP at UiO',
  operator: 'University of Oslo',
  city: 'Oslo',
  protocol: 'ntp',
  address: '192.0.2.1',
  clock: 'program',
  sent: 25,
  answered: 25,
  loss: 0,
  min_ms: 0.8,
  p50_ms: 0.9,
  p95_ms: 1.4,
  floor_ms: 0,
  samples_ms: [],
  reason: null,
  contradictedBy: null,
  ...given,
});

const silent = trip({
  answered: 0,
  loss: 1,
  min_ms: null,
  p50_ms: null,
  p95_ms: null,
  reason: 'no answer within 1 s',
});

const lossy = (lost: number, given: Partial<RoundTrip> = {}): RoundTrip =>
  trip({ answered: 25 - lost, loss: lost / 25, ...given });

const notExcluded = (...names: readonly string[]): NetworkData['cities'] =>
  cities.map(({ name, country }) => ({
    city: name,
    country,
    excluded: country !== 'Norway' && !names.includes(name),
    by: null,
    floor_ms: null,
  }));

function judge(
  roundTrips: readonly RoundTrip[],
  benchmarks: object = {},
  excluded = notExcluded(),
): [LimitVerdict, LimitVerdict] {
  const limits = environmentWith({}, { benchmarks }).benchmarks;
  const data = { exchangeCity: limits.exchangeCity, paths: [], pathsReason: null, cities: excluded };
  const [roundTrip, loss] = networkVerdicts({ ...data, roundTrips: [...roundTrips] }, limits);
  if (roundTrip === undefined || loss === undefined) throw new Error('two verdicts were expected');
  return [roundTrip, loss];
}

describe('the round trip', () => {
  it('under the line is good, in words with the cities that it excludes and does not', () => {
    const [verdict] = judge([trip()], {}, notExcluded('Göteborg', 'Karlstad'));
    expect(verdict).toEqual({
      id: 'network/round-trip',
      suite: 'network',
      level: 'good',
      words:
        '0.9 ms to Oslo (NTP at UiO): under the line of 3 ms; excludes Stockholm, Malmö, Luleå, København, Aarhus, Helsinki and 10 more; does not exclude Göteborg, Karlstad',
      threshold: '3 ms to Oslo: the usual line for NIX in Oslo',
    });
  });

  it('over the line is bad', () => {
    const [verdict] = judge(
      [trip({ p50_ms: 20.4, p95_ms: 21 })],
      {},
      cities.map(({ name, country }) => ({ city: name, country, excluded: false, by: null, floor_ms: null })),
    );
    expect(verdict).toMatchObject({
      level: 'bad',
      words: '20 ms to Oslo (NTP at UiO): over the line of 3 ms; excludes no city abroad',
    });
  });

  it('usually under the line but not always is fair', () => {
    expect(judge([trip({ clock: 'kernel', p95_ms: 4.2 })])[0]).toMatchObject({
      level: 'fair',
      words: expect.stringContaining('under the line of 3 ms, but one in twenty takes 4.2 ms; excludes all 18 cities'),
    });
  });

  it('that a program measured late now and then is good: it waited for a processor', () => {
    expect(judge([trip({ clock: 'program', p95_ms: 4.2 })])[0].level).toBe('good');
  });

  it('is the best one in the exchange city: what a server adds is not the host’s', () => {
    const elsewhere = trip({ target: 'nearer', city: 'Kjeller', p50_ms: 0.1, floor_ms: 0.2 });
    const [verdict] = judge([trip({ target: 'slow', p50_ms: 9, p95_ms: 9 }), elsewhere, trip()]);
    expect(verdict.words).toContain('0.9 ms to Oslo (NTP at UiO)');
  });

  it('has the environment’s limit where there is one', () => {
    expect(judge([trip()], { limits: { roundTrip: '0.5 ms' } })[0]).toMatchObject({
      level: 'bad',
      threshold: '0.5 ms to Oslo: benchmarks.limits.roundTrip',
    });
  });

  it('in another exchange city is to a target there', () => {
    const bergen = trip({ target: 'NTP at UiB', city: 'Bergen', p50_ms: 1 });
    const [verdict] = judge([trip({ p50_ms: 0.1, floor_ms: 2.96 }), bergen], { exchangeCity: 'Bergen' });
    expect(verdict).toMatchObject({ level: 'good', words: expect.stringContaining('1 ms to Bergen (NTP at UiB)') });
  });

  it('to another city may take what light needs, where no target in the exchange city answered', () => {
    const environment = { exchangeCity: 'Bergen' };
    const bergen = { ...silent, city: 'Bergen' };
    const to = (p50_ms: number) => judge([bergen, trip({ p50_ms, p95_ms: p50_ms, floor_ms: 2.96 })], environment)[0];
    expect(to(5.9)).toMatchObject({
      level: 'good',
      threshold: expect.stringContaining('since no target in Bergen answered'),
    });
    expect(to(6.1)).toMatchObject({ level: 'bad', words: expect.stringContaining('over the line of 6 ms') });
  });

  it('to a target that cannot be where the list says does not count, and is told', () => {
    const near = trip({ target: 'moved', p50_ms: 0.1, contradictedBy: 'other' });
    const other = trip({ target: 'other', city: 'Bergen', contradictedBy: 'moved' });
    const words = 'moved and other cannot both be where the list of targets says, so neither counts';
    expect(judge([near, other, trip()])[0].words).toMatch(new RegExp(`^0.9 ms to Oslo .*; ${words}$`));
    expect(judge([near, other])[0]).toMatchObject({ level: 'unknown', words });
  });

  it('is unknown where nothing answered, with the reason', () => {
    const [roundTrip, loss] = judge([silent, silent]);
    const words = 'no round trip could be measured: none of 2 targets answered (no answer within 1 s)';
    expect(roundTrip).toMatchObject({ level: 'unknown', words });
    expect(loss).toMatchObject({ level: 'unknown', words: 'no target answered, so the loss is unknown' });
  });
});

describe('loss', () => {
  it('none is good, and a target that is down changes nothing about that', () => {
    expect(judge([trip(), silent])[1]).toMatchObject({ level: 'good', words: 'no packet was lost to 1 of 1 targets' });
  });

  it('to every target is the host’s own way: bad', () => {
    expect(judge([lossy(8), lossy(5, { target: 'other' })])[1]).toMatchObject({
      level: 'bad',
      words:
        '20 % of the packets to other were lost (5 of 25), and as much or more to every other target: each of them is sent again after 200 ms or more, and the job waits',
    });
  });

  it('to one target of several is on that target’s side', () => {
    expect(judge([lossy(8), trip({ target: 'other' })])[1]).toMatchObject({
      level: 'good',
      words: 'no packet was lost to 1 of 2 targets; lost on the other targets’ side of the path: 32 % to NTP at UiO',
    });
  });

  it('of a single packet is too little to judge', () => {
    expect(judge([lossy(1)])[1]).toMatchObject({ level: 'fair', words: expect.stringContaining('(1 of 25): too few') });
    expect(judge([trip({ sent: 8, answered: 7, loss: 1 / 8 })])[1].level).toBe('fair');
  });
});
