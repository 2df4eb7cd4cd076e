import { percentile } from '../statistics/percentile.ts';
import { atMost, type Bench, type Measurement, seconds } from './budget.ts';
import { median } from './statistics.ts';
import { runWhole, type WholeRun } from './whole-run.ts';

const samples = 20;

export async function measureHelp({ root }: Bench): Promise<Measurement> {
  const help = await runs(['./jernverk', '--help'], root);
  const node = await runs([process.execPath, '--eval', ''], root);
  const wall = help.map((run) => run.milliseconds);
  return {
    verdicts: [atMost(seconds('median', median(wall)), 0.3)],
    parts: [
      seconds('90th percentile', percentile(wall, 0.9)),
      seconds('fastest', Math.min(...wall)),
      seconds('CPU time, median', median(help.map((run) => run.cpuMilliseconds))),
      seconds('of which an empty node, wall time', median(node.map((run) => run.milliseconds))),
    ],
    notes: [`${samples} whole runs, after one that does not count`],
  };
}

async function runs(argv: readonly string[], cwd: string): Promise<WholeRun[]> {
  await runWhole(argv, { cwd });
  const all: WholeRun[] = [];
  for (let n = 0; n < samples; n += 1) all.push(await runWhole(argv, { cwd }));
  return all;
}
