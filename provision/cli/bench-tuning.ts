import { relative } from 'node:path';
import { openRunFolder, runsFolder, saveTuning } from '../../benchmarks/run/store.ts';
import { countDown, roughly } from '../../benchmarks/run/time-left.ts';
import type { SuiteContext } from '../../benchmarks/suite.ts';
import { measureTuning, tuningSeconds } from '../../benchmarks/tuning/measure.ts';
import { type MetricName, metricNames } from '../../benchmarks/tuning/metric.ts';
import { drainMeasure } from '../../benchmarks/tuning/metrics/drain.ts';
import { tuningLines } from '../../benchmarks/tuning/report.ts';
import type { TuningResult } from '../../benchmarks/tuning/result.ts';
import { defaultPerSide } from '../../benchmarks/tuning/schedule.ts';
import { OperationError } from '../errors.ts';
import { lockHost } from '../lock.ts';
import { exitCodes } from '../report.ts';
import type { Invocation } from './invocation.ts';
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
  await using host = await connectTo(config, root);
  await using _lock = await lockHost(host, { who: operator(), purpose: 'bench tuning', since: new Date() });
  const folder = await openRunFolder(runsFolder(root, environment.name, name), new Date());
  const hasQueues = config.roles.includes('broker');
  const measured: readonly MetricName[] = metricNames.filter((metric) => metric !== 'drain' || hasQueues);
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
  for await (const result of measureTuning(context, { perSide, measures })) {
    known = result;
    await saveTuning(folder, result);
  }
  if (known === null) throw new OperationError('NOTHING_TO_TUNE', `${name} has no kernel settings to compare`);
  const text = [`\n${tuningLines(known).join('\n')}`, `kept in ${relative(root, folder.path)}`].join('\n');
  console.log(invocation.json ? JSON.stringify(known, null, 2) : text);
  return exitCodes.done;
}
