import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { raw } from '../../lib/shell.ts';
import { filesFolderOf } from '../../platform/contract/places.ts';
import { enqueueOn } from '../../provision/fleet/enqueue.ts';
import { findSmokeJobs } from '../../provision/fleet/smoke.ts';
import { atLeast, atMost, type Bench, type Measurement, seconds } from './budget.ts';
import { sample, timed } from './clock.ts';
import { hostCpu, oneHost, openLab } from './lab-host.ts';
import { runProbe } from './probe.ts';
import { deploy, makeProject, type StepTime } from './slots-host.ts';
import { median } from './statistics.ts';
import { runWhole } from './whole-run.ts';

const worker = 'image-resizer';
const slots = 8;
const releases = 3;
/** Between two jobs: the rate that two cores sustain while new slots start. */
const everyMs = 500;

const watchAnswer = z.object({
  looks: z.number(),
  fewestConsumers: z.number(),
  longestGapMs: z.number(),
  jobs: z.number(),
  done: z.number(),
  dead: z.number(),
});

const stopWatching = `${filesFolderOf(worker)}/stop-watching`;

/** One line of image-resizer changes while jobs continue. */
export async function measureRelease(bench: Bench): Promise<Measurement> {
  const { root, say } = bench;
  await using lab = await openLab(bench, oneHost('budget', `- { name: ${worker}, slots: ${slots} }`), 'release');
  const project = await makeProject(root);
  say('first deploy');
  await using first = await deploy(lab.environment, { root, project });
  const { host } = first;
  const [smoke] = await findSmokeJobs([worker], root);
  if (smoke === undefined) throw new Error(`${worker} has no smoke job`);
  const content = await readFile(join(root, smoke.file));
  await enqueueOn(host, { worker, input: smoke.input, file: join(root, smoke.file), count: 1, waitSeconds: 60 });
  const input = { ...smoke.input, file: `sha256:${createHash('sha256').update(content).digest('hex')}` };

  await host.run(raw(`rm -f ${stopWatching}`));
  const image = `jernverk/${worker}:${first.release}`;
  const watching = runProbe(host, { root, image, name: 'watch', settings: { worker, input, everyMs } });
  watching.catch(() => undefined);
  const cpuBefore = await hostCpu(host);
  const totals: number[] = [];
  const steps: StepTime[] = [];
  for (let n = 0; n < releases; n += 1) {
    await appendFile(join(project, 'workers', worker, 'main.ts'), `console.error('change ${Date.now()}');\n`);
    const onStep = (step: StepTime) => steps.push({ ...step, title: step.title.replaceAll(/\b[0-9a-f]{12}\b/g, 'ID') });
    const milliseconds = await timed(async () => {
      await using _ = await deploy(lab.environment, { root, project, onStep });
    });
    totals.push(milliseconds);
    say(`release ${n + 1}: ${(milliseconds / 1000).toFixed(1)} s`);
  }
  const cpu = (await hostCpu(host)) - cpuBefore;
  await host.run(raw(`touch ${stopWatching}`));
  const seen = watchAnswer.parse(await watching);
  const start = median(await sample(5, () => runWhole(['./jernverk', '--help'], { cwd: root })));
  const lost = seen.jobs - seen.done;
  return {
    verdicts: [
      atMost(seconds('from the changed line to the end of apply, median', start + median(totals)), 6),
      atLeast({ name: 'fewest consumers seen', value: seen.fewestConsumers, unit: 'slots' }, 1),
      atMost({ name: 'jobs lost or dead', value: Math.max(lost, seen.dead), unit: 'jobs' }, 0),
    ],
    parts: [
      seconds('sh and node: --help', start),
      ...byTitle(steps),
      seconds('CPU time on the host, a release with the jobs meanwhile', cpu / releases),
      seconds('longest time without a consumer', seen.longestGapMs),
      { name: 'jobs handed in meanwhile', value: seen.jobs, unit: 'jobs' },
      { name: 'looks at the queue', value: seen.looks, unit: '×' },
    ],
    notes: [
      `${releases} releases of ${worker} with ${slots} slots, one line changed in each; medians of the steps`,
      `a job every ${everyMs} ms all the time; consumers counted by the broker every 100 ms`,
      'the end of apply is when the old slots have drained and are gone',
    ],
  };
}

/** The median of each step, in the order of the first release. */
function byTitle(steps: readonly StepTime[]) {
  const titles = [...new Set(steps.map(({ title }) => title))];
  return titles.map((title) =>
    seconds(title, median(steps.filter((step) => step.title === title).map(({ milliseconds }) => milliseconds))),
  );
}
