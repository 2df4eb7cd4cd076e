import * as z from 'zod';
import { percentile } from '../statistics/percentile.ts';
import { atMost, type Bench, type Figure, type Measurement } from './budget.ts';
import { hostCpuByUnit, oneHost, openLab } from './lab-host.ts';
import { runProbe } from './probe.ts';
import { deploy, makeProject, setRecordsAside } from './slots-host.ts';

const perSecond = 500;
/** A rate that leaves the cores idle most of the time: it shows the time of the way itself. */
const calmPerSecond = 100;
const slots = 8;
/** Enough for V8 to compile the whole way in each slot. Before that, a run measures the compiler. */
const warmUp = 2500 * slots;
const jobs = 15 * perSecond;
const calmJobs = 10 * calmPerSecond;

const steadyAnswer = z.object({ confirmMs: z.array(z.number()), perSecond: z.number() });
const recordsAnswer = z.object({ done: z.number(), waitedMs: z.array(z.number().nullable()) });

/** From just before a job is published until its handler starts. Both ends read the same kernel's clock. */
export async function measureLatency(bench: Bench): Promise<Measurement> {
  const { root, say } = bench;
  await using lab = await openLab(bench, oneHost('budget-jobs', `- { name: empty, slots: ${slots} }`), 'latency');
  say('first deploy');
  await using deployed = await deploy(lab.environment, { root, project: await makeProject(root) });
  const { host, release } = deployed;
  const probe = (name: string, settings: object) =>
    runProbe(host, { root, image: `jernverk/empty:${release}`, name, settings });
  const run = async (count: number, pace: number) => {
    await setRecordsAside(host);
    const before = await hostCpuByUnit(host);
    const steady = steadyAnswer.parse(await probe('steady', { count, perSecond: pace }));
    const records = recordsAnswer.parse(await probe('records-of-run', { count }));
    const waited = records.waitedMs.filter((waitedMs) => waitedMs !== null);
    if (records.done !== count || waited.length !== count) throw new Error(`${records.done} of ${count} jobs are done`);
    const after = [...(await hostCpuByUnit(host))].map(([unit, ms]) => ({ unit, ms: ms - (before.get(unit) ?? 0) }));
    return { ...steady, waited, cpu: after.sort((a, b) => b.ms - a.ms).slice(0, 8) };
  };
  say(`${warmUp} jobs to warm up`);
  await setRecordsAside(host);
  await probe('fill', { count: warmUp });
  await probe('records-of-run', { count: warmUp });
  say(`${jobs} jobs at ${perSecond} jobs/s`);
  const { waited, confirmMs, perSecond: reached, cpu } = await run(jobs, perSecond);
  say(`${calmJobs} jobs at ${calmPerSecond} jobs/s`);
  const calm = await run(calmJobs, calmPerSecond);
  const at = (name: string, samples: readonly number[], share: number): Figure => ({
    name,
    value: percentile(samples, share),
    unit: 'ms',
  });
  return {
    verdicts: [atMost(at('p50', waited, 0.5), 3), atMost(at('p99', waited, 0.99), 15)],
    parts: [
      at('p90', waited, 0.9),
      at('longest', waited, 1),
      at('until the confirm, p50', confirmMs, 0.5),
      at('until the confirm, p99', confirmMs, 0.99),
      { name: 'handed in', value: reached, unit: 'jobs/s' },
      at(`p50 at ${calmPerSecond} jobs/s`, calm.waited, 0.5),
      at(`p99 at ${calmPerSecond} jobs/s`, calm.waited, 0.99),
      ...cpu.map(
        ({ unit, ms }): Figure => ({ name: `CPU time on the host, a job: ${unit}`, value: ms / jobs, unit: 'ms' }),
      ),
    ],
    notes: [
      `${jobs} jobs of an empty handler, ${slots} slots with prefetch 1, all through the unix socket and its proxy`,
      'the program that enqueues the jobs runs on the same host and shares its cores',
    ],
  };
}
