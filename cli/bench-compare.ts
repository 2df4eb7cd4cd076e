import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readResult } from '../benchmarks/compare/read.ts';
import { compareLines } from '../benchmarks/compare/report.ts';
import { compareRuns, type Runs } from '../benchmarks/compare.ts';
import { drawnLimits } from '../benchmarks/report/input.ts';
import { halvesOf, latestAlike } from '../benchmarks/run/latest.ts';
import { readRuns, resultName, runsFolder } from '../benchmarks/run/store.ts';
import { InputError } from '../lib/errors.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import type { Environment } from '../provision/environment/schema.ts';
import { writeReport } from './bench-run.ts';
import type { Invocation } from './invocation.ts';
import { fromCaller } from './project.ts';
import { loadHosts } from './session.ts';

/**
 * Compares B with A. Each is a host that was measured, a run's folder, or its result file. A host compared with itself
 * is the later half of its runs against the earlier half. Reports, and judges nothing.
 */
export async function benchCompareCommand(invocation: Invocation): Promise<number> {
  const { a = '', b = '' } = invocation.arguments;
  const { root, environment } = await loadHosts(invocation);
  const isHost = environment.hosts.some(({ name }) => name === a);
  const [left, right] =
    isHost && a === b
      ? await bothHalves(a, root, environment)
      : [await runsOf(a, root, environment), await runsOf(b, root, environment)];
  const compared = compareRuns(left, right);
  const { report } = invocation.options;
  if (typeof report === 'string') {
    const results = [...left.slice(-1), ...right.slice(-1)];
    const history = [...left.slice(0, -1), ...right.slice(0, -1)];
    const limits = drawnLimits(environment);
    await writeReport(fromCaller(report), { results, history, tuning: null, comparison: compared, limits });
  }
  if (invocation.json) sayJson(compared);
  else say(...compareLines(compared));
  return exitCodes.done;
}

async function runsOf(given: string, root: string, environment: Environment): Promise<Runs> {
  if (environment.hosts.some(({ name }) => name === given)) return runsOfHost(given, root, environment);
  const path = fromCaller(given);
  const found = await stat(path).catch(() => null);
  return [await readResult(found?.isDirectory() ? join(path, resultName) : path)];
}

async function runsOfHost(name: string, root: string, environment: Environment): Promise<Runs> {
  const [first, ...others] = latestAlike(await readRuns(runsFolder(root, environment.name, name)));
  if (first !== undefined) return [first, ...others];
  throw new InputError('NO_RUNS', `${name} has not been measured yet`, { hint: `./jernverk bench ${name}` });
}

async function bothHalves(name: string, root: string, environment: Environment): Promise<readonly [Runs, Runs]> {
  const { before, after } = halvesOf(await readRuns(runsFolder(root, environment.name, name)));
  const [[first, ...others], [later, ...rest]] = [before, after];
  if (first !== undefined && later !== undefined)
    return [
      [first, ...others],
      [later, ...rest],
    ];
  throw new InputError('NO_RUNS', `${name} does not have two runs that are alike`, {
    hint: `./jernverk bench ${name}, twice`,
  });
}
