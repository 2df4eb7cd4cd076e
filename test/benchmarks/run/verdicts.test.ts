import { expect, it } from 'vitest';
import type { Contamination } from '../../../benchmarks/cpu/result.ts';
import type { Section } from '../../../benchmarks/run/sections.ts';
import type { SuiteData } from '../../../benchmarks/run/suites.ts';
import { verdictsOf } from '../../../benchmarks/run/verdicts.ts';
import { loadEnvironment } from '../../../provision/load.ts';

const { benchmarks } = await loadEnvironment('local', process.cwd());

const queue: Section<SuiteData['queue']> = {
  state: 'complete',
  reason: null,
  data: {
    broker: 'RabbitMQ 4.0.5',
    payload_bytes: 1024,
    publish: [
      { inFlight: 1, jobs: 1000, duration_ms: 2000, jobs_per_s: 500 },
      { inFlight: 256, jobs: 100_000, duration_ms: 10_000, jobs_per_s: 10_000 },
    ],
    consume: null,
    endToEnd: [],
    drain: null,
  },
};

const busy = (name: string, contaminated: boolean): Contamination => ({
  name,
  startedAt_ms: 0,
  endedAt_ms: 1000,
  steal: 0.2,
  pressureCpu: null,
  pressureIo: null,
  contaminated,
  reason: contaminated ? 'other guests took 20 % of the processor time' : null,
});

const confirmed = (...contamination: Contamination[]) =>
  verdictsOf({ queue }, contamination, benchmarks).find(({ id }) => id === 'queue/confirmed');

it('a verdict from a time in which others used the machine says so', () => {
  const label = 'Contaminated: other guests took 20 % of the processor time';
  expect(confirmed(busy('queue/confirmed 256', true))?.words).toContain(label);
  expect(confirmed(busy('queue/confirmed 256', false))?.words).not.toContain(label);
  expect(confirmed(busy('disk/wal-append 1', true))?.words).not.toContain(label);
});

it('a suite that was cut short has a verdict of its own, which is not good', () => {
  const verdicts = verdictsOf({ queue: { ...queue, state: 'partial', reason: 'the host died' } }, [], benchmarks);
  expect(verdicts[0]).toMatchObject({ id: 'queue/complete', level: 'unknown' });
  expect(verdicts[0]?.words).toContain('not all was measured: the host died');
});

it('a suite without any figure has only that verdict; one that was not asked for has none', () => {
  const verdicts = verdictsOf({ disk: { state: 'none', reason: 'fio is missing', data: null } }, [], benchmarks);
  expect(verdicts.map(({ id, level }) => [id, level])).toEqual([['disk/complete', 'unknown']]);
});
