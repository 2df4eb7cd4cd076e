import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { deepestOutput, nestsAtMost } from '../contract/job.ts';
import { describe } from './delivery.ts';
import { messageOf, PermanentFailure } from './failure.ts';
import { type FileStore, openFileStore } from './file-store.ts';
import type { Assignment, Outcome, Report } from './thread-messages.ts';
import type { WorkerDefinition } from './worker.ts';

const threadDataSchema = z.object({ files: z.string(), filesFreeLimit: z.number() });
export type ThreadData = z.output<typeof threadDataSchema>;

/**
 * Registers a worker with the slot. The only call in a worker's `main.ts`.
 *
 * It runs in the handler's thread. The slot's main thread, which talks to the broker, never runs a worker's code.
 */
export function run<Input>(worker: WorkerDefinition<Input>): void {
  if (isMainThread || parentPort === null)
    throw new Error("a worker runs in a slot: start main.mjs, not the worker's own file");
  const port = parentPort;
  const data = threadDataSchema.parse(workerData);
  const files = openFileStore(data.files, data.filesFreeLimit);
  const report = (message: Report) => port.postMessage(message);
  port.on('message', async (assignment: Assignment) => {
    report({ kind: 'outcome', outcome: await perform(worker, assignment, files, port) });
  });
  report({ kind: 'ready' });
}

async function perform<Input>(
  worker: WorkerDefinition<Input>,
  { job, attempt }: Assignment,
  files: FileStore,
  port: MessagePort,
): Promise<Outcome> {
  try {
    const input = worker.input.safeParse(job.input);
    if (!input.success) return { kind: 'failed', permanent: true, reason: `input: ${describe(input.error)}` };
    const log = (message: string) => port.postMessage({ kind: 'log', level: 'info', message } satisfies Report);
    const output = await worker.handle(input.data, { id: job.id, attempt, files, log });
    return { kind: 'done', output: asJson(output) };
  } catch (error) {
    return { kind: 'failed', permanent: error instanceof PermanentFailure, reason: messageOf(error) };
  }
}

/** Returns the output as in the result record. If a handler returns nothing, the output is null. */
function asJson(output: unknown): unknown {
  const tooDeep = () =>
    new PermanentFailure(`the output nests lists and objects more than ${deepestOutput} levels deep`);
  try {
    const kept: unknown = JSON.parse(JSON.stringify(output ?? null));
    if (nestsAtMost(deepestOutput, kept)) return kept;
  } catch (error) {
    // Very deep nesting overflows the stack before the check runs.
    throw error instanceof RangeError ? tooDeep() : error;
  }
  throw tooDeep();
}
