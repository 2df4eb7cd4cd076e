import { join, relative } from 'node:path';
import { describeResult } from '../benchmarks/report/describe.ts';
import { drawnLimits } from '../benchmarks/report/input.ts';
import type { Result } from '../benchmarks/result.ts';
import { runBench } from '../benchmarks/run/run.ts';
import { openRunFolder, readLatestTuning, readRuns, runsFolder } from '../benchmarks/run/store.ts';
import { type TimeLeft, timeLeftOf } from '../benchmarks/run/time-left.ts';
import { type SuiteName, suiteNames } from '../benchmarks/suite.ts';
import { messageWithHint } from '../lib/errors.ts';
import { type Line, note, say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import type { Environment, HostConfig } from '../provision/environment/schema.ts';
import { lockHost } from '../provision/ssh/lock.ts';
import { chooseNames } from './arguments.ts';
import { reportLine, tellMeasurements, writeReport } from './bench-run.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { projectVersion } from './project.ts';
import { connectTo, loadHosts, operator } from './session.ts';

/**
 * Measures hosts one after the other, because two may share a machine. Exit code 0 if all limits hold, 1 if one does
 * not, 2 if something is unknown.
 */
export async function benchCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const suites = chooseNames(invocation.options.suite, suiteNames, 'suite', '--suite');
  const quick = invocation.options.quick === true;
  const timeLeft = await timeLeftOf(suites, quick, hosts.length);
  const version = await projectVersion(root);
  const runs: Run[] = [];
  for (const config of hosts) {
    runs.push(await measureHost({ root, environment, config, suites, quick, version, timeLeft, invocation }));
  }
  if (invocation.json) sayJson({ hosts: runs });
  else for (const run of runs) say('', ...describeRun(run, root));
  const code = exitCode(runs);
  const gates = suites.some((suite) => environment.benchmarks.gate.includes(suite));
  if (gates && code !== exitCodes.done && !invocation.json) say('', ofGate(code));
  return code;
}

/** The last words of a deploy that ends here: what it demands, and what to do about it. */
const ofGate = (code: number): string =>
  `  benchmarks.gate: ${code === exitCodes.failed ? 'a limit does not hold' : 'could not determine whether every limit holds'}, so a deploy fails. The next deploy measures again. The limits are benchmarks.limits of the environment`;

interface Run {
  readonly host: string;
  /** Null if the host could not be measured at all. */
  readonly result: Result | null;
  /** Absolute paths. Null if there is none. */
  readonly folder: string | null;
  readonly report: string | null;
  readonly error: string | null;
}

interface Measuring {
  readonly root: string;
  readonly environment: Environment;
  readonly config: HostConfig;
  readonly suites: readonly SuiteName[];
  readonly quick: boolean;
  readonly version: string;
  readonly timeLeft: TimeLeft;
  readonly invocation: Invocation;
}

async function measureHost(measuring: Measuring): Promise<Run> {
  const { root, environment, config, suites, quick, version, timeLeft, invocation } = measuring;
  const { name } = config;
  try {
    await using host = await connectTo(config, root);
    const holder = { who: operator(), purpose: 'bench', since: new Date() };
    await using _lock = await lockHost(host, holder, (message) => note(message));
    const startedAt = new Date();
    const runs = runsFolder(root, environment.name, name);
    const history = await readRuns(runs);
    const folder = await openRunFolder(runs, startedAt);
    const onMeasurement = tellMeasurements(name, timeLeft, invocation);
    const result = await runBench(host, {
      ...{ environment, config, root, version, suites, quick, folder, startedAt, onMeasurement },
    });
    const report = join(folder.path, 'report.html');
    const tuning = await readLatestTuning(runs);
    const limits = drawnLimits(environment);
    await writeReport(report, { results: [result], history, tuning, comparison: null, limits });
    if (interruption.signal.aborted) {
      interruption.add(`what was measured on ${name} until then is kept: ${relative(root, report)}`);
    }
    return { host: name, result, folder: folder.path, report, error: null };
  } catch (error) {
    return { host: name, result: null, folder: null, report: null, error: messageWithHint(error) };
  }
}

function describeRun({ host, result, folder, report, error }: Run, root: string): readonly Line[] {
  if (result === null || folder === null || report === null) return [`${host}: could not be measured: ${error}`];
  return [...describeResult(result), ...(error === null ? [] : [`  ${error}`]), `  ${reportLine(report, root)}`];
}

/** A limit that does not hold is worse than one that is unknown. */
function exitCode(runs: readonly Run[]): number {
  const levels = new Set(runs.flatMap(({ result }) => result?.verdicts.map(({ level }) => level) ?? []));
  if (levels.has('bad')) return exitCodes.failed;
  return levels.has('unknown') || runs.some(({ error }) => error !== null) ? exitCodes.unclear : exitCodes.done;
}
