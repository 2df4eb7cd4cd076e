import { messageOf, OperationError } from '../../lib/errors.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { jobCommand, layoutCommand, layoutSeconds } from './commands.ts';
import { parseFio, parseRates, windowOf } from './fio.ts';
import { flushOf } from './flush.ts';
import { openFolder } from './folder.ts';
import { type DiskJob, diskJobs, neededBytes, windowsOf } from './jobs.ts';
import { checkPlace, parsePlace, placeCommand } from './place.ts';
import type { DiskData, DiskWindow } from './result.ts';

/** fio on the file system that the broker writes to. */
export const disk: Suite<DiskData> = { name: 'disk', seconds, measure };

function seconds(quick: boolean): number {
  const jobs = diskJobs(quick).reduce((sum, job) => sum + job.seconds + startSeconds, 0);
  return layoutSeconds(quick) + jobs * windowsOf(quick);
}

/** Time until fio runs, and until its files are removed. */
const startSeconds = 1;

async function* measure(context: SuiteContext): AsyncGenerator<DiskData, void> {
  const { host, quick, environment } = context;
  const asked = await host.capture(placeCommand);
  await context.keep('disk/place', placeCommand.script, asked);
  const place = parsePlace(asked);
  checkPlace(place, neededBytes(quick), environment.broker.diskFreeLimit.bytes);
  await using folder = await openFolder(host, place.parent);
  await layOut(context, folder.path);
  const windows: DiskWindow[] = [];
  const failures: string[] = [];
  for (const { job, window } of rounds(quick)) {
    const found = await measureWindow(context, folder.path, job, window).catch((error: unknown) => {
      // A job that this disk or this fio cannot do does not stop the others. A lost host does.
      if (!(error instanceof OperationError)) throw error;
      failures.push(`${job.name} ${window}: ${messageOf(error)}`);
    });
    if (found) windows.push(found);
    yield {
      directory: place.parent,
      fileSystem: place.fileSystem,
      device: place.device,
      free_bytes: place.free_bytes,
      writeCache: place.writeCache,
      flush: flushOf(windows, {
        writeCache: place.writeCache,
        powerLossProtection: environment.benchmarks.powerLossProtection,
      }),
      windows: [...windows],
    };
  }
  if (failures.length > 0) throw new OperationError('FIO_FAILED', failures.join('; '));
}

const rounds = (quick: boolean): readonly { job: DiskJob; window: number }[] =>
  Array.from({ length: windowsOf(quick) }, (_, index) => index + 1).flatMap((window) =>
    diskJobs(quick).map((job) => ({ job, window })),
  );

async function layOut(context: SuiteContext, folder: string): Promise<void> {
  const command = layoutCommand(folder, context.quick);
  const { stdout, stderr } = await context.timed('disk/layout', layoutSeconds(context.quick), () =>
    context.host.run(command, { timeoutMs: 660_000 }),
  );
  await context.keep('disk/layout', command.script, stdout + stderr);
}

async function measureWindow(context: SuiteContext, folder: string, job: DiskJob, window: number): Promise<DiskWindow> {
  const command = jobCommand(folder, job);
  const startedAt = new Date();
  const name = `disk/${job.name} ${window}`;
  const { stdout, stderr } = await context.timed(name, job.seconds + startSeconds, () =>
    context.host.run(command, { timeoutMs: (job.timeout_s + 60) * 1000 }),
  );
  await context.keep(`disk/${job.name}-${window}`, command.script, stdout + stderr);
  return windowOf(job, parseFio(stdout + stderr), window, startedAt, parseRates(stdout));
}
