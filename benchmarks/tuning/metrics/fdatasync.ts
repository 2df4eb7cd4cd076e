import { jobCommand, settleCommand } from '../../disk/commands.ts';
import { logBeside, type Neighbour, neededBesideBytes } from '../../disk/contended-log.ts';
import { flushesOf, parseFio } from '../../disk/fio.ts';
import { openFolder } from '../../disk/folder.ts';
import type { FioJob } from '../../disk/options.ts';
import { checkPlace, parsePlace, placeCommand } from '../../disk/place.ts';
import { NotMeasured } from '../../suite.ts';
import type { Measure, MetricContext } from '../metric.ts';

/** Returns the 99th percentile of the log's flushes in milliseconds. Throws NotMeasured if fio reports none. */
export function parseFdatasync(job: FioJob, output: string): number {
  const p99_ns = flushesOf(job, parseFio(output))?.p99_ns ?? null;
  if (p99_ns === null) throw new NotMeasured('fio printed no time for a flush; see its stored output');
  return p99_ns / 1e6;
}

/** Each measurement gets its own folder, so that none finds what the previous one wrote. */
async function measure({ host, quick, environment, keep }: MetricContext, neighbour: Neighbour): Promise<number> {
  const place = parsePlace(await host.capture(placeCommand));
  checkPlace(place, neededBesideBytes(quick), environment.broker.diskFreeLimit.bytes);
  await using folder = await openFolder(host, place.parent);
  await host.run(settleCommand(folder.path));
  const job = logBeside(neighbour, quick);
  const command = jobCommand(folder.path, job);
  const { stdout, stderr } = await host.run(command, { timeoutMs: (job.timeout_s + 60) * 1000 });
  await keep(command.script, stdout + stderr);
  return parseFdatasync(job, stdout + stderr);
}

export const fdatasyncBeside =
  (neighbour: Neighbour): Measure =>
  (context) =>
    measure(context, neighbour);
