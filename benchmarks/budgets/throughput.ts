import * as z from 'zod';
import { raw } from '../../lib/shell.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { atLeast, type Bench, type Figure, type Measurement } from './budget.ts';
import { oneHost, openLab } from './lab-host.ts';
import { runProbe } from './probe.ts';
import { deploy, makeProject, setRecordsAside } from './slots-host.ts';
import { median, rate } from './statistics.ts';

/** Jobs that count, after those during which V8 compiles: a slot, with two threads, gets faster for some 2,500 jobs. */
const jobs = 2000;
const warm = 3000;
const total = jobs + warm;
const rounds = 4;

const order = ['bare', 'bare, record by hand', 'runtime', "bare, the runtime's record"] as const;
type Contender = (typeof order)[number];

const bareAnswer = z.object({ times: z.array(z.number()), recordMs: z.array(z.number()) });
const runtimeAnswer = z.object({ times: z.array(z.number()), done: z.number() });
const lookAnswer = z.object({ waiting: z.number() });

/**
 * One slot against one bare consumer on the same queue, each with a prefetch of one. The next job comes only after the
 * broker has answered the ack, so the rate counts acks that the broker has on disk.
 */
export async function measureThroughput(bench: Bench): Promise<Measurement> {
  const { root, say } = bench;
  await using lab = await openLab(bench, oneHost('budget-jobs', '- { name: empty, slots: 1 }'), 'throughput');
  say('first deploy');
  await using deployed = await deploy(lab.environment, { root, project: await makeProject(root) });
  const { host, release } = deployed;
  const probe = (name: string, settings: object) =>
    runProbe(host, { root, image: `jernverk/empty:${release}`, name, settings });

  const recordMs: number[] = [];
  const bare = async (record: 'none' | 'by hand' | 'as the runtime'): Promise<number> => {
    const answer = bareAnswer.parse(await probe('bare-consumer', { count: total, record }));
    if (record === 'as the runtime') recordMs.push(...answer.recordMs);
    return rate(answer.times, warm);
  };
  const runtime = async (): Promise<number> => {
    await host.run(raw('supervisorctl start all >/dev/null'));
    const answer = runtimeAnswer.parse(await probe('records-of-run', { count: total }));
    if (answer.done !== total) throw new Error(`${answer.done} of ${total} jobs are done`);
    await stopSlots(host);
    return rate(answer.times, warm);
  };
  const contenders: Record<Contender, () => Promise<number>> = {
    bare: () => bare('none'),
    'bare, record by hand': () => bare('by hand'),
    "bare, the runtime's record": () => bare('as the runtime'),
    runtime,
  };
  const rates: Record<Contender, number[]> = {
    bare: [],
    'bare, record by hand': [],
    "bare, the runtime's record": [],
    runtime: [],
  };

  await stopSlots(host);
  for (const name of Array.from({ length: rounds }, (_, n) => (n % 2 === 0 ? order : order.toReversed())).flat()) {
    await setRecordsAside(host);
    await probe('fill', { count: total });
    const result = await contenders[name]();
    const { waiting } = lookAnswer.parse(await probe('look', {}));
    if (waiting !== 0) throw new Error(`${name}: ${waiting} jobs are left in the queue`);
    rates[name].push(result);
    say(`${name}: ${result.toFixed(0)} jobs/s`);
  }
  return report(rates, recordMs);
}

const stopSlots = (host: Host) => host.run(raw('supervisorctl stop all >/dev/null'));

function report(rates: Readonly<Record<Contender, readonly number[]>>, recordMs: readonly number[]): Measurement {
  const of = (name: Contender): number => median(rates[name]);
  // Ratios of runs that are close in time, because the disk's speed drifts by more than the difference.
  const ratio = (name: Contender, over: Contender): Figure => ({
    name: `${name} / ${over}`,
    value: median(rates[name].map((value, round) => value / (rates[over][round] ?? Number.NaN))),
    unit: '×',
  });
  const perJob = (name: Contender): Figure => ({ name: `${name}, a job`, value: 1000 / of(name), unit: 'ms' });
  return {
    verdicts: [atLeast(ratio('runtime', 'bare, record by hand'), 0.85)],
    parts: [
      ...order.map((name): Figure => ({ name, value: of(name), unit: 'jobs/s' })),
      ...order.map(perJob),
      ratio('runtime', "bare, the runtime's record"),
      ratio('runtime', 'bare'),
      { name: "the runtime's record, median", value: median(recordMs), unit: 'ms' },
    ],
    notes: [
      `medians of ${rounds} rounds of ${jobs} jobs each, after ${warm} that are not counted; ratios within a round; the order is A B C D, D C B A, …`,
      'one consumer with prefetch 1, a quorum queue, over the unix socket of the slots',
      'a record is on disk before each ack, as the runtime promises: written by hand as guides show it, or by the runtime',
    ],
  };
}
