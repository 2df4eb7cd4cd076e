import { Worker } from 'node:worker_threads';
import { messageOf } from './failure.ts';
import type { Level } from './log.ts';
import type { ThreadData } from './run.ts';
import type { Assignment, Outcome, Report } from './thread-messages.ts';

/** The thread in which a worker's handler runs. The handler may block it without stopping heartbeats. */
export interface HandlerThread {
  /**
   * Runs one job. Call it for one job at a time. A thread that dies counts as a failed attempt, and a new one replaces
   * it.
   */
  perform(assignment: Assignment): Promise<Outcome>;
}

interface Options {
  /** The bundle of the worker. */
  readonly program: URL;
  readonly worker: string;
  readonly data: ThreadData;
  readonly onLog: (level: Level, message: string) => void;
}

/** Throws if the worker's program does not start. */
export async function startHandlerThread(options: Options): Promise<HandlerThread> {
  let current: Worker | null = null;
  const start = async (): Promise<Worker> => {
    const thread = await startThread(options);
    // It may also die between two jobs, from an error in a callback that the handler left behind.
    thread.on('error', (error) => options.onLog('error', `the handler's thread failed: ${messageOf(error)}`));
    thread.once('exit', () => {
      current = null;
    });
    current = thread;
    return thread;
  };
  await start();
  return {
    async perform(assignment) {
      const outcome = await performIn(current ?? (await start()), assignment, options.onLog);
      if (outcome.kind !== 'died') return outcome;
      return { kind: 'failed', permanent: false, reason: `the handler's thread died: ${outcome.reason}` };
    },
  };
}

async function startThread(options: Options): Promise<Worker> {
  const thread = new Worker(options.program, { workerData: options.data });
  const first = await nextOf(thread, (report) => (report.kind === 'ready' ? report : null));
  if ('reason' in first) throw new Error(`worker "${options.worker}" does not start: ${first.reason}`);
  return thread;
}

async function performIn(thread: Worker, assignment: Assignment, onLog: Options['onLog']): Promise<Outcome | Death> {
  const answer = nextOf(thread, (report) => {
    if (report.kind === 'log') onLog(report.level, report.message);
    return report.kind === 'outcome' ? report.outcome : null;
  });
  thread.postMessage(assignment);
  return answer;
}

interface Death {
  readonly kind: 'died';
  readonly reason: string;
}

/** Returns the first report that `pick` accepts, or how the thread died before one came. */
function nextOf<Picked>(thread: Worker, pick: (report: Report) => Picked | null): Promise<Picked | Death> {
  return new Promise((resolve) => {
    let reason = '';
    const end = (result: Picked | Death) => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve(result);
    };
    const onMessage = (report: Report) => {
      const picked = pick(report);
      if (picked !== null) end(picked);
    };
    // 'exit' always follows 'error'. Waiting for it means that the memory of the thread is free again.
    const onError = (error: unknown) => {
      reason = messageOf(error);
    };
    const onExit = (code: number) => end({ kind: 'died', reason: reason || `exit code ${code}` });
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
