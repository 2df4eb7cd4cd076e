import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { DrawnLimits } from '../../benchmarks/report/input.ts';
import type { Result } from '../../benchmarks/result.ts';
import { drawnLimits } from '../../benchmarks/run/drawn-limits.ts';
import { openRunFolder, type RunFolder, readRuns, runsFolder, saveTuning } from '../../benchmarks/run/store.ts';
import { countDown, roughly } from '../../benchmarks/run/time-left.ts';
import type { SuiteContext } from '../../benchmarks/suite.ts';
import { groupNames, metricOf } from '../../benchmarks/tuning/groups.ts';
import { measureTuning, tuningSeconds } from '../../benchmarks/tuning/measure.ts';
import { drainMeasure } from '../../benchmarks/tuning/metrics/drain.ts';
import { tuningLines } from '../../benchmarks/tuning/report.ts';
import type { TuningResult } from '../../benchmarks/tuning/result.ts';
import { defaultPerSide } from '../../benchmarks/tuning/schedule.ts';
import { OperationError } from '../errors.ts';
import { lockHost } from '../lock.ts';
import { exitCodes } from '../report.ts';
import type { Invocation } from './invocation.ts';
import { chooseNames } from './names.ts';
import { parseCount } from './number.ts';
import { connectTo, loadHosts, operator, selectHosts } from './session.ts';

/** What our kernel settings do on one host, against those of stock Debian. They are put back whatever happens. */
export async function benchTuningCommand(invocation: Invocation): Promise<number> {
  const { root, environment } = await loadHosts(invocation);
  const { host: name = '' } = invocation.arguments;
  const [config] = selectHosts(environment, [name]);
  if (config === undefined) throw new OperationError('NO_HOST', `the environment has no host ${name}`);
  const quick = invocation.options.quick === true;
  const perSide = parseCount(invocation.options.perSide ?? String(defaultPerSide), '--per-side');
  const groups = chooseNames(invocation.options.groups, groupNames, 'group', '--groups');
  await using host = await connectTo(config, root);
  await using _lock = await lockHost(host, { who: operator(), purpose: 'bench tuning', since: new Date() });
  const runs = runsFolder(root, environment.name, name);
  const folder = await openRunFolder(runs, new Date());
  const hasQueues = config.roles.includes('broker');
  const measured = groups.filter((group) => metricOf[group] !== 'drain' || hasQueues);
  const timeLeft = countDown(tuningSeconds(quick, measured, perSide));
  const context: SuiteContext = {
    ...{ host, config, environment, root, quick },
    keep: async (measurement, command, raw) => void (await folder.keep(measurement, command, raw)),
    timed: (measurement, seconds, work) => {
      const left = timeLeft.begin(seconds);
      if (!invocation.json) console.log(`${name}  ${measurement} (${roughly(seconds)}), ${roughly(left)} left`);
      return work();
    },
  };
  let known: TuningResult | null = null;
  const measures = hasQueues ? { drain: drainMeasure(context) } : {};
  for await (const result of measureTuning(context, { groups, perSide, measures })) {
    known = result;
    await saveTuning(folder, result);
  }
  if (known === null) throw new OperationError('NOTHING_TO_TUNE', `${name} has no kernel settings to compare`);
  const report = await writeReport(folder, known, await readRuns(runs), drawnLimits(environment));
  const text = [
    `\n${tuningLines(known).join('\n')}`,
    `report ${relative(root, report)}, figures and raw output beside it`,
  ].join('\n');
  console.log(invocation.json ? JSON.stringify(known, null, 2) : text);
  return exitCodes.done;
}

/** Beside what the host's last run found, where one is kept. */
async function writeReport(
  folder: RunFolder,
  tuning: TuningResult,
  runs: readonly Result[],
  limits: DrawnLimits,
): Promise<string> {
  // The charts are most of the program, and only this needs them.
  const { renderHtml } = await import('../../benchmarks/report/page.ts');
  const path = join(folder.path, 'report.html');
  const input = { results: runs.slice(-1), history: runs.slice(0, -1), tuning, comparison: null, limits };
  await writeFile(path, renderHtml(input));
  return path;
}
