import { describeHistory } from '../benchmarks/report/history.ts';
import { readRuns, runsFolder } from '../benchmarks/run/store.ts';
import { InputError } from '../lib/errors.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import { selectHosts } from '../provision/fleet/hosts.ts';
import type { Invocation } from './invocation.ts';
import { loadHosts } from './session.ts';

/** Shows what was measured on a host, run by run. */
export async function benchHistoryCommand(invocation: Invocation): Promise<number> {
  const { root, environment } = await loadHosts(invocation);
  const { host = '' } = invocation.arguments;
  selectHosts(environment, [host]);
  const runs = await readRuns(runsFolder(root, environment.name, host));
  if (runs.length === 0) {
    throw new InputError('NO_RUNS', `${host} has not been measured yet`, { hint: `./jernverk bench ${host}` });
  }
  if (invocation.json) sayJson(runs);
  else say(...describeHistory(runs));
  return exitCodes.done;
}
