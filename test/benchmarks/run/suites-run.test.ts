import { expect, it } from 'vitest';
import type { CpuData } from '../../../benchmarks/cpu/result.ts';
import type { Sections } from '../../../benchmarks/run/sections.ts';
import type { Suites } from '../../../benchmarks/run/suites.ts';
import { runSuites } from '../../../benchmarks/run/suites-run.ts';
import { NotMeasured, type RunContext } from '../../../benchmarks/suite.ts';
import { HostError } from '../../../lib/errors.ts';
import { loadEnvironment } from '../../../provision/environment/load.ts';
import { LocalHost } from '../../support/local-host.ts';

const environment = await loadEnvironment('local', process.cwd());
const [config] = environment.hosts;
if (config === undefined) throw new Error('the local environment has no host');

const context: RunContext = {
  host: new LocalHost(),
  config,
  environment,
  root: process.cwd(),
  quick: true,
  keep: async () => undefined,
  timed: (_name, _seconds, work) => work(),
  watched: () => [],
};

const cpuData = (gaps: number): CpuData => ({
  samples: [],
  gapProbes: [{ cpu: 0, duration_ms: 1000, gaps, longestGap_ms: 2, lost: 0.1 }],
});

/** A suite that yields these data and then throws this error. */
const scripted = (parts: readonly CpuData[], error: Error | null = null): Suites['cpu'] => {
  return async () => ({
    name: 'cpu',
    seconds: () => 1,
    async *measure() {
      yield* parts;
      if (error !== null) throw error;
    },
  });
};

const neverRuns = (name: 'disk' | 'network' | 'queue') => async () => {
  throw new Error(`${name} ran`);
};

const available = (cpu: Suites['cpu'], others: Partial<Suites> = {}): Suites => ({
  cpu,
  disk: neverRuns('disk'),
  network: neverRuns('network'),
  queue: neverRuns('queue'),
  ...others,
});

const nobody = async () => undefined;

it('a suite that ends is complete, with what it knew last', async () => {
  const sections = await runSuites(['cpu'], context, nobody, available(scripted([cpuData(1), cpuData(2)])));
  expect(sections).toEqual({ cpu: { state: 'complete', reason: null, data: cpuData(2) } });
});

it('what is known is handed on after each part, as partial until the end', async () => {
  const seen: Sections[] = [];
  const known = async (sections: Sections) => void seen.push(sections);
  await runSuites(['cpu'], context, known, available(scripted([cpuData(1), cpuData(2)])));
  expect(seen.map(({ cpu }) => [cpu?.state, cpu?.data?.gapProbes[0]?.gaps])).toEqual([
    ['partial', 1],
    ['partial', 2],
    ['complete', 2],
  ]);
});

it('a suite that fails in the middle keeps what it had measured, with the reason', async () => {
  const cpu = scripted([cpuData(1)], new Error('fio was killed'));
  expect(await runSuites(['cpu'], context, nobody, available(cpu))).toEqual({
    cpu: { state: 'partial', reason: 'fio was killed', data: cpuData(1) },
  });
});

it('a host that cannot be measured so has no data, and the other suites go on', async () => {
  const network = async () => {
    throw new NotMeasured('ss is missing: install iproute2');
  };
  const queue = neverRuns('queue');
  const sections = await runSuites(
    ['cpu', 'network'],
    context,
    nobody,
    available(scripted([cpuData(1)]), { network, queue }),
  );
  expect(sections).toEqual({
    cpu: { state: 'complete', reason: null, data: cpuData(1) },
    network: { state: 'none', reason: 'ss is missing: install iproute2', data: null },
  });
});

it('a lost host ends the suites behind it, and they say why', async () => {
  const lost = new HostError('HOST_LOST', 'the connection to forge is lost');
  const cpu = scripted([cpuData(1)], lost);
  const sections = await runSuites(['cpu', 'disk', 'queue'], context, nobody, available(cpu));
  expect(sections).toEqual({
    cpu: { state: 'partial', reason: 'the connection to forge is lost', data: cpuData(1) },
    disk: { state: 'none', reason: 'the connection to forge is lost', data: null },
    queue: { state: 'none', reason: 'the connection to forge is lost', data: null },
  });
});
