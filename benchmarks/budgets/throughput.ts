import { z } from 'zod';
import { raw } from '../../provision/command.ts';
import type { Host } from '../../provision/host.ts';
import { atLeast, type Bench, type Figure, type Measurement } from './budget.ts';
import { oneHost, openLab } from './lab-host.ts';
import { runProbe } from './probe.ts';
import { deploy, makeProject } from './slots-host.ts';
import { median, rate } from './statistics.ts';

/** Jobs that count, after the ones in which programs warm up. */
const jobs = 1500;
const warm = 300;
const total = jobs + warm;

const bareAnswer = z.object({ times: z.array(z.number()), recordMs: z.array(z.number()) });
const runtimeAnswer = z.object({ times: z.array(z.number()), done: z.number() });
const lookAnswer = z.object({ waiting: z.number() });

/**
 * One slot against one bare consumer on the same queue, both with one job in hand. Between two jobs lies the broker's
 * answer to the ack, since the next job comes only after it; so the rate counts acks that the broker has on disk.
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
  const bare = async (record: boolean): Promise<number> => {
    const answer = bareAnswer.parse(await probe('bare-consumer', { count: total, record }));
    recordMs.push(...answer.recordMs);
    return rate(answer.times, warm);
  };
  const runtime = async (): Promise<number> => {
    await host.run(raw('supervisorctl start all >/dev/null'));
    const answer = runtimeAnswer.parse(await probe('records-of-run', { count: total }));
    if (answer.done !== total) throw new Error(`${answer.done} of ${total} jobs are done`);
    await stopSlots(host);
    return rate(answer.times, warm);
  };
  const contenders = { bare: () => bare(false), 'bare with record': () => bare(true), runtime };
  type Contender = keyof typeof contenders;
  const rates: Record<Contender, number[]> = { bare: [], 'bare with record': [], runtime: [] };
  const there: readonly Contender[] = ['bare', 'runtime', 'bare with record'];

  await stopSlots(host);
  for (const name of [...there, ...there.toReversed(), ...there]) {
    await host.run(raw('rm -rf /var/lib/jernverk/files/results/*'));
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

function report(rates: Readonly<Record<string, readonly number[]>>, recordMs: readonly number[]): Measurement {
  const of = (name: string): number => median(rates[name] ?? []);
  const ratio = (name: string, over: string): Figure => ({
    name: `${name} / ${over}`,
    value: of(name) / of(over),
    unit: '×',
  });
  const perJob = (name: string): Figure => ({ name: `${name}, a job`, value: 1000 / of(name), unit: 'ms' });
  return {
    verdicts: [atLeast(ratio('runtime', 'bare with record'), 0.85)],
    parts: [
      ...Object.keys(rates).map((name): Figure => ({ name, value: of(name), unit: 'jobs/s' })),
      ...Object.keys(rates).map(perJob),
      ratio('runtime', 'bare'),
      { name: 'a durable result record, median', value: median(recordMs), unit: 'ms' },
    ],
    notes: [
      `medians of 3 runs of ${jobs} jobs each, after ${warm} that are not counted; the order is A B C, C B A, A B C`,
      'one consumer with prefetch 1, a quorum queue, over the unix socket of the slots',
      '"bare with record" also writes and syncs a result record before each ack, as the runtime promises to; "bare" does not',
    ],
  };
}
