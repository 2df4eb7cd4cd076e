import { access, constants, stat } from 'node:fs/promises';
import { z } from 'zod';
import { enqueueOn } from '../enqueue.ts';
import { InputError, unreadable } from '../errors.ts';
import { exitCodes } from '../report.ts';
import { say, sayJson } from '../terminal.ts';
import type { Invocation } from './invocation.ts';
import { parseCount } from './number.ts';
import { brokerHost, connectTo, loadHosts, requireWorker } from './session.ts';

/** How long `--wait` waits for a result, where `--timeout` says nothing else. */
const defaultWaitSeconds = 60;

/** Hands a job with a file to a worker. Exit code 0 once the broker has it on disk; with `--wait` once it is done. */
export async function enqueueCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const worker = requireWorker(environment, invocation.arguments.worker ?? '');
  const file = invocation.arguments.file ?? null;
  if (file !== null) await requireFile(file);
  const input = parseInput(invocation.options.input);
  const count = parseCount(invocation.options.count ?? '1', '--count');
  const waits = invocation.options.wait === true;
  const waitSeconds = waits ? parseCount(invocation.options.timeout ?? String(defaultWaitSeconds), '--timeout') : null;
  await using host = await connectTo(brokerHost(hosts), root);
  const enqueued = await enqueueOn(host, file, {
    worker: worker.name,
    input,
    withFile: file !== null,
    count,
    waitSeconds,
  });
  if (invocation.json) sayJson(enqueued);
  else if (enqueued.kind === 'accepted') say(...enqueued.ids);
  else for (const record of enqueued.records) sayJson(record, 0);
  const allDone = enqueued.kind === 'accepted' || enqueued.records.every((record) => record.state === 'done');
  return allDone ? exitCodes.done : exitCodes.failed;
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

function parseInput(text: string | boolean | undefined): Record<string, unknown> {
  if (typeof text !== 'string') return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new InputError('BAD_INPUT', `--input: expected a JSON object, given ${text.slice(0, 100)}`, {
      hint: `for example --input '{"width": 400}'`,
      cause,
    });
  }
}
