import { randomUUID } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import { attemptHeader, type ResultRecord, reasonHeader } from '../contract/job.ts';
import { deadQueueOf } from '../contract/topology.ts';
import { messageOf } from './failure.ts';
import type { Log } from './log.ts';
import { backoff, pause, untilItWorks } from './retry.ts';
import type { Session } from './session.ts';
import type { Verdict } from './verdict.ts';

interface Means {
  readonly session: Session;
  readonly queue: string;
  readonly attempt: number;
  readonly retryMs: number;
  /** Ends the wait before a retry early. */
  readonly stop: AbortSignal;
  readonly log: Log;
  writeResult(record: ResultRecord): void;
}

const never = new AbortController().signal;
/** Longest reason in a header, in characters: all headers of a message must fit into one frame. */
const longestReason = 2000;

/**
 * Carries out a verdict. The order makes loss impossible: first the record is on disk, then the dead-letter queue has
 * confirmed the copy, then the broker gets its ack. A stop at any point leads to a second delivery, never to none.
 * Throws if the connection to the broker ends meanwhile.
 */
export async function settle(message: ConsumeMessage, verdict: Verdict, means: Means): Promise<void> {
  if (verdict.kind === 'retry') {
    await pause(backoff(means.attempt, means.retryMs, 30_000), means.stop);
    means.session.retry(message);
    return;
  }
  if (verdict.record !== null) await keep(verdict.record, means);
  if (verdict.kind === 'dead') await copyToDeadQueue(message, verdict.reason, means);
  means.session.ack(message);
}

/** A full disk must not make good jobs dead, so the slot waits here until the record can be written. */
async function keep(record: ResultRecord, { writeResult, log }: Means): Promise<void> {
  const onFailure = (error: unknown) =>
    log('error', 'cannot write the result record, trying again', { job: record.id, reason: messageOf(error) });
  await untilItWorks(() => writeResult(record), onFailure, never);
}

async function copyToDeadQueue(message: ConsumeMessage, reason: string, means: Means): Promise<void> {
  const { properties } = message;
  await means.session.publisher.publish(deadQueueOf(means.queue), message.content, {
    messageId: typeof properties.messageId === 'string' ? properties.messageId : randomUUID(),
    ...(typeof properties.type === 'string' && { type: properties.type }),
    ...(typeof properties.contentType === 'string' && { contentType: properties.contentType }),
    ...(typeof properties.timestamp === 'number' && { timestamp: properties.timestamp }),
    headers: { [reasonHeader]: reason.slice(0, longestReason), [attemptHeader]: means.attempt },
  });
}
