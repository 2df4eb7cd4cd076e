import { join } from 'node:path';
import { drawnLimits } from '../benchmarks/report/input.ts';
import type { Evidence } from '../benchmarks/result.ts';
import { openRunFolder, type RunFolder, readRuns, runsFolder, saveTuning } from '../benchmarks/run/store.ts';
import { countDown } from '../benchmarks/run/time-left.ts';
import type { SuiteContext } from '../benchmarks/suite.ts';
import { groupNames, metricOf } from '../benchmarks/tuning/groups.ts';
import { measureTuning, tuningSeconds } from '../benchmarks/tuning/measure.ts';
import { drainMeasure } from '../benchmarks/tuning/metrics/drain.ts';
import { tuningLines } from '../benchmarks/tuning/report.ts';
import type { Tuning, TuningResult } from '../benchmarks/tuning/result.ts';
import { defaultPerSide } from '../benchmarks/tuning/schedule.ts';
import { OperationError } from '../lib/errors.ts';
import { note, say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import { selectHosts } from '../provision/fleet/hosts.ts';
import { lockHost } from '../provision/ssh/lock.ts';
import { chooseNames, parseCount } from './arguments.ts';
import { reportLine, tellMeasurements, writeReport } from './bench-run.ts';
import type { Invocation } from './invocation.ts';
import { connectTo, loadHosts, operator } from './session.ts';

/**
 * Measures what our kernel settings do on one host, against those of stock Debian. They are restored whatever happens.
 */
export async function benchTuningCommand(invocation: Invocation): Promise<number> {
  const { root, environment } = await loadHosts(invocation);
  const { host: name = '' } = invocation.arguments;
  const [config] = selectHosts(environment, [name]);
  if (config === undefined) throw new OperationError('NO_HOST', `the environment has no host ${name}`);
  const quick = invocation.options.quick === true;
  const perSide = parseCount(invocation.options.perSide ?? String(defaultPerSide), '--per-side');
  const groups = chooseNames(invocation.options.groups, groupNames, 'group', '--groups');
  await using host = await connectTo(config, root);
  const holder = { who: operator(), purpose: 'bench tuning', since: new Date() };
  await using _lock = await lockHost(host, holder, (message) => note(message));
  const runs = runsFolder(root, environment.name, name);
  const folder = await openRunFolder(runs, new Date());
  const hasQueues = config.roles.includes('broker');
  const measured = groups.filter((group) => metricOf[group] !== 'drain' || hasQueues);
  const timeLeft = countDown(tuningSeconds(quick, measured, perSide));
  const onMeasurement = tellMeasurements(name, timeLeft, invocation);
  const result = await measureInto(folder, { host, config, environment, root, quick }, onMeasurement, (context) =>
    measureTuning(context, { groups, perSide, measures: hasQueues ? { drain: drainMeasure(context) } : {} }),
  );
  const report = join(folder.path, 'report.html');
  // Shown together with the host's last run, if one is kept.
  const kept = await readRuns(runs);
  const [results, history] = [kept.slice(-1), kept.slice(0, -1)];
  const limits = drawnLimits(environment);
  await writeReport(report, { results, history, tuning: result, comparison: null, limits });
  if (invocation.json) sayJson(result);
  else say('', ...tuningLines(result), reportLine(report, root));
  return exitCodes.done;
}

/** Saves after each group, so that what is known by then outlives a host that dies. */
async function measureInto(
  folder: RunFolder,
  known: Omit<SuiteContext, 'keep' | 'timed'>,
  onMeasurement: (name: string, seconds: number) => void,
  measure: (context: SuiteContext) => AsyncGenerator<Tuning, void>,
): Promise<TuningResult> {
  const evidence: Evidence[] = [];
  const context: SuiteContext = {
    ...known,
    keep: async (name, command, raw) => void evidence.push(await folder.keep(name, command, raw)),
    timed: (name, seconds, work) => {
      onMeasurement(name, seconds);
      return work();
    },
  };
  let result: TuningResult | null = null;
  for await (const tuning of measure(context)) {
    result = { ...tuning, evidence: [...evidence] };
    await saveTuning(folder, result);
  }
  if (result !== null) return result;
  throw new OperationError('NOTHING_TO_TUNE', `${known.host.name} has no kernel settings to compare`);
}
