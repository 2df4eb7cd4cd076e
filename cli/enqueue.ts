import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { InputError, unreadable } from '../lib/errors.ts';
import { oneLine } from '../lib/printable.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import { EnqueueFailed, enqueueOn, type Handover } from '../provision/fleet/enqueue.ts';
import { brokerHost, requireWorker } from '../provision/fleet/hosts.ts';
import { findSmokeJobs } from '../provision/fleet/smoke.ts';
import { parseCount } from './arguments.ts';
import { interruption } from './interruption.ts';
import type { Invocation } from './invocation.ts';
import { connectTo, loadHosts } from './session.ts';

/** Seconds that `--wait` waits for a result without `--timeout`. */
const defaultWaitSeconds = 60;

/**
 * Hands jobs to a worker. Exit code 0 when the broker has them on disk, or with `--wait` when they are done; 2 if they
 * have not ended in time.
 */
export async function enqueueCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const worker = requireWorker(environment, invocation.arguments.worker ?? '');
  const job = await readJob(worker.name, invocation, root);
  const count = parseCount(invocation.options.count ?? '1', '--count');
  const waits = invocation.options.wait === true;
  const waitSeconds = waits ? parseCount(invocation.options.timeout ?? String(defaultWaitSeconds), '--timeout') : null;
  await using host = await connectTo(brokerHost(hosts), root);
  try {
    const enqueued = await enqueueOn(
      host,
      { worker: worker.name, ...job, count, waitSeconds },
      // A person sees each one as soon as it is known.
      invocation.json ? {} : waits ? { onEnded: (record) => sayJson(record, 0) } : { onTaken: (id) => say(id) },
    );
    if (invocation.json) sayJson({ ...enqueued, error: null });
    return enqueued.ended.every(({ state }) => state === 'done') ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    if (!(error instanceof EnqueueFailed)) throw error;
    if (interruption.signal.aborted) interruption.add(oneLine(error.message));
    if (invocation.json) interruption.print({ ...error.enqueued, error: error.message });
    throw error;
  }
}

type Job = Pick<Handover, 'input' | 'file'>;

async function readJob(worker: string, { options, arguments: given }: Invocation, root: string): Promise<Job> {
  if (options.smoke === true) {
    const [job] = await findSmokeJobs([worker], root);
    if (job !== undefined) return { input: job.input, file: join(root, job.file) };
    throw new InputError('NO_SMOKE_JOB', `there is no workers/${worker}/smoke.json`);
  }
  const file = given.file ?? null;
  if (file !== null) await requireFile(file);
  const { input } = options;
  return { input: parseInput(input === '-' ? await text(process.stdin) : input), file };
}

async function requireFile(file: string): Promise<void> {
  const hint = 'name a file that exists: ./jernverk enqueue image-resizer workers/image-resizer/smoke.jpg';
  const found = await access(file, constants.R_OK)
    .then(() => stat(file))
    .catch((cause: unknown) => {
      throw new InputError('NO_FILE', `cannot read the file ${file}: ${unreadable(cause)}`, { hint, cause });
    });
  if (found.isDirectory()) throw new InputError('NO_FILE', `expected a file, and ${file} is a folder`, { hint });
}

function parseInput(given: string | boolean | undefined): Record<string, unknown> {
  if (typeof given !== 'string') return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(given));
  } catch (cause) {
    throw new InputError('BAD_INPUT', `--input: expected a JSON object, given ${given.slice(0, 100)}`, {
      hint: `for example --input '{"width": 400}'`,
      cause,
    });
  }
}
