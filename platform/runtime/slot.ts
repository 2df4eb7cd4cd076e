import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import type { ResultRecord } from '../contract/job.ts';
import type { SlotSettings } from '../contract/slot-settings.ts';
import { readDelivery } from './delivery.ts';
import { messageOf } from './failure.ts';
import type { HandlerThread } from './handler-thread.ts';
import type { Log } from './log.ts';
import { readResult, writeResult } from './result-store.ts';
import { backoff, pause, untilItWorks } from './retry.ts';
import { openSession, type Session } from './session.ts';
import { settle } from './settle.ts';
import type { StatusFile } from './status-file.ts';
import { judge } from './verdict.ts';

interface Means {
  readonly settings: SlotSettings;
  readonly handler: HandlerThread;
  readonly status: StatusFile;
  readonly log: Log;
  /** Aborted by the first stop signal: take no new job and finish the current one. */
  readonly stop: AbortSignal;
}

/**
 * Takes jobs one by one until the stop signal, then finishes the current one and returns. If the broker is away, it
 * waits without limit: the process stays alive, so its supervisor does not give it up.
 */
export async function runSlot(means: Means): Promise<void> {
  const { settings, status, log, stop } = means;
  let work: Promise<void> = Promise.resolve();
  const onMessage = (message: ConsumeMessage, session: Session) => {
    work = work.then(() => takeJob(message, session, means));
  };
  const onFailure = (error: unknown) => log('warning', 'waiting for the broker', { reason: messageOf(error) });

  while (!stop.aborted) {
    status.update({ state: 'starting' });
    const session = await untilItWorks(() => openSession(settings.broker, settings.worker, onMessage), onFailure, stop);
    if (session === null) break;
    if (status.current.job === null) status.update({ state: 'consuming' });
    log('info', 'consuming', { queue: settings.worker });

    const reason = await Promise.race([session.ended, aborted(stop)]);
    if (!stop.aborted) log('warning', 'lost the broker', { reason });
    if (stop.aborted) await session.cancel().catch(() => undefined);
    // One job at a time, also across connections: the current job continues without the broker.
    await work;
    await session.close().catch(() => undefined);
    await pause(backoff(1, 250, 250), stop);
  }
}

async function takeJob(message: ConsumeMessage, session: Session, means: Means): Promise<void> {
  const { settings, handler, status, log, stop } = means;
  const delivery = readDelivery(message, settings.worker);
  const job = delivery.kind === 'job' ? delivery.job.id : delivery.id;
  const { attempt } = delivery;
  const start = performance.now();
  const busy = stop.aborted ? 'draining' : 'busy';
  status.update({ state: busy, job });
  try {
    const verdict = await judge(delivery, {
      attempts: settings.attempts,
      readResult: (id) => readRecord(id, means),
      perform: (assignment) => handler.perform(assignment),
    });
    const ms = Math.round(performance.now() - start);
    if (verdict.kind !== 'done') log('warning', verdict.kind, { job, attempt, ms, reason: verdict.reason });
    await settle(message, verdict, {
      session,
      queue: settings.worker,
      attempt,
      retryMs: settings.retrySeconds * 1000,
      stop,
      log,
      writeResult: (record) => writeResult(settings.files, record),
    });
    // amqplib writes the ack to the socket one turn of the event loop later. The work after that overlaps with the
    // broker's.
    await nextTurn();
    await nextTurn();
    if (verdict.kind === 'done') {
      log('info', verdict.record === null ? 'done before' : 'done', { job, attempt, ms, reason: null });
      status.update({ done: status.current.done + 1 });
    }
    if (verdict.kind === 'dead') status.update({ failed: status.current.failed + 1 });
  } catch (error) {
    // Not acked, so the broker delivers it again when this connection is closed.
    log('error', 'not settled, the job will be delivered again', { job, attempt, reason: messageOf(error) });
    await session.close().catch(() => undefined);
  } finally {
    status.update({ state: stop.aborted ? 'draining' : 'consuming', job: null });
  }
}

/** A failure of the file system says nothing about the job, so it must not cost the job an attempt. */
async function readRecord(id: string, { settings, log, stop }: Means): Promise<ResultRecord | null> {
  const onFailure = (error: unknown) =>
    log('error', 'cannot read the result record, trying again', { job: id, reason: messageOf(error) });
  const read = await untilItWorks(() => ({ record: readResult(settings.files, id) }), onFailure, stop);
  if (read === null) throw new Error('stopped before the job was begun');
  return read.record;
}

const aborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('stopping');
    signal.addEventListener('abort', () => resolve('stopping'), { once: true });
  });
