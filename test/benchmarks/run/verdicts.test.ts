import { describe, expect, it } from 'vitest';
import type { Contamination } from '../../../benchmarks/cpu/result.ts';
import type { Section } from '../../../benchmarks/run/sections.ts';
import type { SuiteData } from '../../../benchmarks/run/suites.ts';
import { verdictsOf } from '../../../benchmarks/run/verdicts.ts';
import { loadEnvironment } from '../../../provision/environment/load.ts';

const { benchmarks } = await loadEnvironment('local', process.cwd());

const machine = { virtualization: 'kvm' };

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
  verdictsOf({ queue }, contamination, benchmarks, machine).find(({ id }) => id === 'queue/confirmed');

it('a verdict from a time in which others used the machine says so', () => {
  const label = 'Contaminated: other guests took 20 % of the processor time';
  expect(confirmed(busy('queue/confirmed 256', true))?.words).toContain(label);
  expect(confirmed(busy('queue/confirmed 256', false))?.words).not.toContain(label);
  expect(confirmed(busy('disk/wal-append 1', true))?.words).not.toContain(label);
});

it('a suite that was cut short has a verdict of its own, which is not good', () => {
  const verdicts = verdictsOf(
    { queue: { ...queue, state: 'partial', reason: 'the host died' } },
    [],
    benchmarks,
    machine,
  );
  expect(verdicts[0]).toMatchObject({ id: 'queue/complete', level: 'unknown' });
  expect(verdicts[0]?.words).toContain('only partly measured: the host died');
});

it('a suite without any figure has only that verdict; one that was not asked for has none', () => {
  const verdicts = verdictsOf(
    { disk: { state: 'none', reason: 'fio is missing', data: null } },
    [],
    benchmarks,
    machine,
  );
  expect(verdicts.map(({ id, level }) => [id, level])).toEqual([['disk/complete', 'unknown']]);
});

describe('in a container', () => {
  const container = { virtualization: 'systemd-nspawn' };
  const levels = (gate: typeof benchmarks.gate, ...suites: ('queue' | 'disk')[]) => {
    const disk = { state: 'none', reason: 'fio is missing', data: null } as const;
    const sections = Object.fromEntries(suites.map((suite) => [suite, suite === 'queue' ? queue : disk]));
    return verdictsOf(sections, [], { ...benchmarks, gate }, container).map(({ id, level }) => `${id} ${level}`);
  };

  it('nothing is judged: the figures are told, and what they are those of', () => {
    expect(verdictsOf({ queue }, [], benchmarks, machine).map(({ level }) => level)).not.toEqual(
      verdictsOf({ queue }, [], benchmarks, container).map(({ level }) => level),
    );
    const [first, confirmed] = verdictsOf({ queue }, [], benchmarks, container);
    expect(first).toMatchObject({ id: 'host/machine', level: 'unknown', threshold: null });
    expect(first?.words).toMatch(/a container \(systemd-nspawn\), so there is no machine to judge/);
    expect(confirmed).toMatchObject({ id: 'queue/confirmed', level: 'unknown' });
    expect(confirmed?.words).toContain('the broker confirms 10,000 jobs/s');
  });

  it('a gate is, since somebody set limits for that host', () => {
    const asMachine = verdictsOf({ queue }, [], benchmarks, machine).map(({ id, level }) => `${id} ${level}`);
    expect(levels(['queue'], 'queue')).toEqual(asMachine);
    expect(levels(['queue'], 'queue', 'disk')).toEqual(['host/machine unknown', 'disk/complete unknown', ...asMachine]);
  });
});
