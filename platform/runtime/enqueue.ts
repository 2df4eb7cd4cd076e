import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import {
  type EnqueueRequest,
  enqueueExit,
  enqueueRequestSchema,
  jobIdOf,
  unconfirmedMark,
} from '../contract/enqueue-request.ts';
import { jobProperties, newJob, type ResultRecord } from '../contract/job.ts';
import { jobsExchange } from '../contract/topology.ts';
import { connectBroker, inTime } from './connection.ts';
import { messageOf } from './failure.ts';
import { openFileStore } from './file-store.ts';
import { NotTaken, openPublisher } from './publisher.ts';
import { readResult } from './result-store.ts';

const usage = `Usage: node enqueue.mjs <REQUEST

Puts jobs into the queue of a worker. The request is the first line of standard input, in JSON:

  {"input": {…}}     the job's input
  "worker": NAME     whose jobs they are
  "broker": {…}      socket, vhost, user and passwordFile
  "files": FOLDER    the worker's file store
  "batch": UUIDv7    the id of the first job, from which the others follow
  "count": N         N jobs with the same input; 1 by default
  "window": N        jobs that may wait for their confirm at the same time; 1 by default
  "file": true       the bytes after the first line go into the file store, and the input gets "file", their reference
  "wait": SECONDS    wait until the jobs have ended

Prints each job's id once the broker has it on disk, "? ID" for one that was sent and not confirmed, and with "wait"
also each result record (JSON). Exit code: 0 all taken (with "wait": all done), 1 not, 2 wrong request, 4 the broker is
short of disk or memory and takes no jobs.`;

const confirmTimeoutMs = 30_000;

class WrongRequest extends Error {}

/** The broker reported that it reads no more messages from this connection. */
class Blocked extends Error {}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const { request, content } = readRequest(await buffer(process.stdin));
  const file = request.file ? { file: await openFileStore(request.files).put(content) } : {};
  await enqueueAll({ ...request.input, ...file }, request);
  if (request.wait === null) return 0;
  const records = await Promise.all([...idsOf(request)].map((id) => waitFor(request.files, id, request.wait ?? 0)));
  return records.every((record) => record?.state === 'done') ? 0 : enqueueExit.failed;
}

function readRequest(given: Buffer): { request: EnqueueRequest; content: Buffer } {
  const end = given.indexOf('\n');
  const [line, content] = end < 0 ? [given, Buffer.alloc(0)] : [given.subarray(0, end), given.subarray(end + 1)];
  try {
    return { request: enqueueRequestSchema.parse(JSON.parse(line.toString('utf8'))), content };
  } catch (error) {
    // The message does not quote the line, because it is the job's input.
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON';
    throw new WrongRequest(`the first line of standard input is not a request: ${why}\n\n${usage}`);
  }
}

/** A generator, because hashing the ids of many jobs first would delay sending the first one. */
function* idsOf({ batch, count }: EnqueueRequest): Generator<string> {
  for (let number = 0; number < count; number += 1) yield jobIdOf(batch, number);
}

/** Prints what became of each job. After the first failure no other is sent. */
async function enqueueAll(input: unknown, request: EnqueueRequest): Promise<void> {
  const connection = await connectBroker(request.broker);
  const blocked = new Promise<never>((_, reject) => {
    connection.on('blocked', (reason: string) => reject(new Blocked(reason)));
  });
  blocked.catch(() => undefined);
  const publisher = openPublisher(
    await inTime(connection.createConfirmChannel(), 'open a channel'),
    jobsExchange,
    confirmTimeoutMs,
  );
  const waiting = idsOf(request);
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const id of waiting) {
      try {
        const job = newJob({ id, worker: request.worker, client: 'operator', input }, new Date());
        const taken = publisher.publish(job.worker, Buffer.from(JSON.stringify(job)), jobProperties(job));
        taken.catch(() => undefined);
        await Promise.race([taken, blocked]);
        console.log(id);
      } catch (error) {
        failures.push(error);
        if (!(error instanceof NotTaken)) console.log(`${unconfirmedMark}${id}`);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: request.window }, lane));
  if (failures.length > 0) throw failures[0];
  await inTime(connection.close(), 'close a connection').catch(() => undefined);
}

/** Prints the record as soon as it exists. Null if the job has not ended in time. */
async function waitFor(files: string, id: string, seconds: number): Promise<ResultRecord | null> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const record = readResult(files, id);
    if (record !== null) console.log(JSON.stringify(record));
    if (record !== null || performance.now() > deadline) return record;
    await sleep(20);
  }
}

function exitOf(error: unknown): number {
  if (error instanceof WrongRequest) return enqueueExit.wrongRequest;
  return error instanceof Blocked ? enqueueExit.blocked : enqueueExit.failed;
}

// Exits without waiting for open handles: a broker that hangs or blocks never closes its connection.
process.exit(
  await main().catch((error: unknown) => {
    console.error(`enqueue: ${messageOf(error)}`);
    return exitOf(error);
  }),
);
