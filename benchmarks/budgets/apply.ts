import { stop as stopEsbuild } from 'esbuild';
import { raw } from '../../lib/shell.ts';
import { buildRelease } from '../../platform/build/build.ts';
import { ask, gather, type TopicWanted } from '../../provision/engine/gather.ts';
import { factsOf } from '../../provision/engine/topic.ts';
import { loadEnvironment } from '../../provision/environment/load.ts';
import { connectHost } from '../../provision/fleet/hosts.ts';
import { prepare } from '../../provision/fleet/prepare.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { lockHost } from '../../provision/ssh/lock.ts';
import { percentile } from '../statistics/percentile.ts';
import { atMost, type Bench, type Figure, type Measurement, seconds } from './budget.ts';
import { sample } from './clock.ts';
import { oneHost, openLab } from './lab-host.ts';
import { median } from './statistics.ts';
import { runWhole, type WholeRun } from './whole-run.ts';

const samples = 10;

export async function measureApply(bench: Bench): Promise<Measurement> {
  const { root, say } = bench;
  await using lab = await openLab(bench, oneHost('budget', '- { name: image-resizer, slots: 8 }'), 'apply');
  const argv = ['./jernverk', '--env', lab.file, '--json', 'apply'];
  say('first apply');
  await runWhole(argv, { cwd: root });
  say(`${samples} applies with nothing to do`);
  const runs: WholeRun[] = [];
  for (let n = 0; n < samples; n += 1) runs.push(await unchanged(argv, root));
  say('the parts, one by one');
  const wall = runs.map((run) => run.milliseconds);
  return {
    verdicts: [atMost(seconds('median', median(wall)), 0.7)],
    parts: [
      seconds('90th percentile', percentile(wall, 0.9)),
      seconds('fastest', Math.min(...wall)),
      seconds('CPU time here, median', median(runs.map((run) => run.cpuMilliseconds))),
      ...(await parts(root, lab.file)),
    ],
    notes: [`${samples} whole runs; each part is the median of ${samples} more, in this process`],
  };
}

/** Throws Error if the run changed something, because then it is not the run to measure. */
async function unchanged(argv: readonly string[], cwd: string): Promise<WholeRun> {
  const run = await runWhole(argv, { cwd });
  const states = [...run.output.matchAll(/"state": "([^"]*)"/g)].map(([, state]) => state);
  if (states.length === 0 || states.some((state) => state !== 'unchanged')) throw new Error(`not unchanged: ${states}`);
  return run;
}

async function parts(root: string, file: string): Promise<Figure[]> {
  const environment = await loadEnvironment(file, root);
  const [config] = environment.hosts;
  if (config === undefined) throw new Error('the environment has no host');
  const workers = environment.workers.map(({ name }) => name);
  const { wantedOn } = await prepare(environment, root);
  const topics = wantedOn(config);
  await using host = await connectHost(config, root);
  const part = async (name: string, work: () => Promise<unknown>) => seconds(name, median(await sample(samples, work)));
  return [
    seconds(
      'sh and node: --help',
      median(await sample(samples, () => runWhole(['./jernverk', '--help'], { cwd: root }))),
    ),
    await part('environment', () => loadEnvironment(file, root)),
    await part('build of the workers', async () => {
      // esbuild's service is a separate process, and each run of Jernverk starts a new one.
      await stopEsbuild();
      await buildRelease(workers, root);
    }),
    await part('connect and close', async () => {
      await using _ = await connectHost(config, root);
    }),
    await part('lock and unlock', async () => {
      await using _ = await lockHost(host, { who: 'budgets', purpose: 'measure', since: new Date() });
    }),
    await part('an empty question', () => ask(host, [])),
    await part('all facts in one question', () => gather(host, topics)),
    ...(await topicParts(host, topics)),
  ];
}

/** The facts of each topic separately. The CPU time is the host's, counted by the shell: load changes it little. */
async function topicParts(host: Host, topics: readonly TopicWanted[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const wanted of topics) {
    const { topic } = wanted;
    figures.push(seconds(`facts of ${topic.name}`, median(await sample(samples, () => gather(host, [wanted])))));
    const cpu = await Promise.all(Array.from({ length: 3 }, () => cpuOf(host, wanted)));
    figures.push(seconds(`  CPU time on the host`, median(cpu)));
  }
  return figures;
}

/** Milliseconds of CPU time that a topic's facts take on the host. */
async function cpuOf(host: Host, { topic, wanted }: TopicWanted): Promise<number> {
  const questions = factsOf(topic, [...wanted.keys()]).map((fact) => `( set +e\n${fact.command.script}\n) </dev/null`);
  const output = await host.capture(raw(`set +e\n( ${questions.join('\n')} ) >/dev/null 2>&1\ntimes`));
  const minutesAndSeconds = [...output.matchAll(/(\d+)m([\d.]+)s/g)];
  // The second line is about the shell's children.
  return minutesAndSeconds
    .slice(2)
    .reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60_000 + Number(rest) * 1000, 0);
}
