import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { CommandFailed, InputError, JernverkError, messageOf, OperationError } from '../../lib/errors.ts';
import { sha256 } from '../../lib/sha256.ts';
import { type EnqueueRequest, enqueueExit, jobIdOf, unconfirmedMark } from '../../platform/contract/enqueue-request.ts';
import { filePath, parseResult, type ResultRecord } from '../../platform/contract/job.ts';
import { enqueuer } from '../../platform/contract/permissions.ts';
import { brokerSettingsOf, inContainer } from '../../platform/contract/slot-settings.ts';
import { count } from '../engine/report.ts';
import type { Host } from '../ssh/host.ts';
import { enqueueCommand, fetchedBytes, hostExit, readFileCommand } from '../topics/slots/enqueue.ts';
import { reachedLimits } from '../topics/slots/limits.ts';
import { parseUsage } from '../topics/slots/usage.ts';

/** Jobs to hand over to a worker on a host. */
export interface Handover {
  readonly worker: string;
  /** The job's input without the file. The file's reference is added as `file`. */
  readonly input: EnqueueRequest['input'];
  /** Path of the file that the job is about. */
  readonly file: string | null;
  /** How many jobs with this input. */
  readonly count: number;
  /** Seconds to wait for the results; null to return at the broker's confirm. */
  readonly waitSeconds: number | null;
}

/** What is known about the jobs, each by its id. */
export interface Enqueued {
  /** On the broker's disk. */
  readonly taken: readonly string[];
  /** How the jobs ended, of those that were waited for. */
  readonly ended: readonly ResultRecord[];
  /** No confirm arrived, so these may run or not. */
  readonly unconfirmed: readonly string[];
}

/** Each is called as soon as a job's outcome is known. */
export interface EnqueueListener {
  readonly onTaken?: (id: string) => void;
  readonly onEnded?: (record: ResultRecord) => void;
}

/** Not everything went as asked. Some of the jobs may run nevertheless: `enqueued` says what is known. */
export class EnqueueFailed extends JernverkError {
  /** 2 if nothing has failed yet: the jobs are taken and still run. */
  readonly exitCode: 1 | 2;
  readonly enqueued: Enqueued;

  constructor(code: string, message: string, details: { hint: string; cause: unknown; enqueued: Enqueued }) {
    super(code, message, details);
    this.enqueued = details.enqueued;
    const dead = this.enqueued.ended.some(({ state }) => state === 'dead');
    this.exitCode = code === 'NOT_ENDED' && !dead ? 2 : 1;
  }
}

/** Milliseconds for sending the file and for the broker's confirms, before any wait for results. */
const handOverMs = 10 * 60_000;

/**
 * Hands jobs over to a worker on a host. A job that ended dead is a result and not a failure.
 *
 * Throws InputError NO_RELEASE or WORKER_NOT_DEPLOYED if nothing there could do the jobs. Throws OperationError
 * FILE_STORE_FULL if the file store is at its limit. Throws EnqueueFailed BROKER_ALARM if the broker takes no jobs,
 * ENQUEUE_FAILED if it did not confirm all of them, and NOT_ENDED if time ran out before the results.
 */
export async function enqueueOn(host: Host, handover: Handover, listener: EnqueueListener = {}): Promise<Enqueued> {
  const { worker, waitSeconds } = handover;
  const batch = uuidv7();
  const answers = new Answers(batch, handover, listener);
  const failure = await host
    .run(enqueueCommand(worker), {
      timeoutMs: handOverMs + (waitSeconds ?? 0) * 1000,
      // One id per job, and its result record if that is waited for.
      maxBytes: 2 ** 20 + handover.count * (waitSeconds === null ? 64 : 2 ** 16),
      input: enqueueInput(batch, handover),
      onLine: (line) => answers.hear(line),
    })
    .then(
      () => null,
      (error: unknown) => error,
    );
  const status = failure instanceof CommandFailed ? failure.status : null;
  if (status === hostExit.noRelease) {
    throw new InputError('NO_RELEASE', `no release runs on ${host.name} yet`, { hint: './jernverk apply' });
  }
  if (failure instanceof CommandFailed && status === hostExit.storeFull) throw storeFull(host.name, failure);
  if (status === hostExit.notDeployed) {
    const message = `the release that runs on ${host.name} has no worker ${worker}: it is not deployed yet`;
    throw new InputError('WORKER_NOT_DEPLOYED', message, { hint: './jernverk apply' });
  }
  if (answers.complete && (failure === null || status === enqueueExit.failed)) return answers.known(false);
  // The program reports each job that it sent. If it could not report, every job may have been sent.
  const said = status === enqueueExit.failed || status === enqueueExit.blocked || status === enqueueExit.wrongRequest;
  throw failed(host.name, handover, answers.known(!said), failure);
}

/** Returns the request and the file as `enqueue.mjs` reads them. If the file cannot be read, the stream fails. */
export function enqueueInput(batch: string, handover: Handover, window = 100): Readable {
  const { worker, count: jobs, input, file, waitSeconds } = handover;
  const request: EnqueueRequest = {
    ...{ worker, batch, count: jobs, input },
    broker: brokerSettingsOf(enqueuer),
    files: inContainer.files,
    window: Math.min(jobs, window),
    file: file !== null,
    wait: waitSeconds,
  };
  return Readable.from(
    (async function* () {
      yield Buffer.from(`${JSON.stringify(request)}\n`);
      if (file !== null) yield* createReadStream(file);
    })(),
    { objectMode: false },
  );
}

/** What a host says about the jobs. Only ids that were offered to it count. */
class Answers {
  readonly #unheard: Set<string>;
  readonly #taken = new Set<string>();
  readonly #ended = new Map<string, ResultRecord>();
  readonly #unconfirmed = new Set<string>();
  readonly #listener: EnqueueListener;
  readonly #waits: boolean;

  constructor(batch: string, { count: jobs, waitSeconds }: Handover, listener: EnqueueListener) {
    this.#unheard = new Set(Array.from({ length: jobs }, (_, number) => jobIdOf(batch, number)));
    this.#listener = listener;
    this.#waits = waitSeconds !== null;
  }

  hear(line: string): void {
    if (this.#unheard.delete(line)) {
      this.#taken.add(line);
      this.#listener.onTaken?.(line);
      return;
    }
    const id = line.startsWith(unconfirmedMark) ? line.slice(unconfirmedMark.length) : '';
    if (this.#unheard.delete(id)) {
      this.#unconfirmed.add(id);
      return;
    }
    const record = line.startsWith('{') ? parseResult(line) : null;
    if (record === null || !this.#taken.has(record.id) || this.#ended.has(record.id)) return;
    this.#ended.set(record.id, record);
    this.#listener.onEnded?.(record);
  }

  /** Whether each job is as far as it was asked to be. */
  get complete(): boolean {
    const open = this.#unheard.size + this.#unconfirmed.size;
    return open === 0 && (!this.#waits || this.#ended.size === this.#taken.size);
  }

  /** Returns what is known. `unheard` says whether jobs about which nothing was said may have been sent. */
  known(unheard: boolean): Enqueued {
    return {
      taken: [...this.#taken],
      ended: [...this.#ended.values()],
      unconfirmed: [...this.#unconfirmed, ...(unheard ? this.#unheard : [])],
    };
  }
}

/** The most ids that a message lists. */
const named = 20;
const listed = (ids: readonly string[]): string =>
  ids.length <= named
    ? ids.join(', ')
    : `${ids.slice(0, named).join(', ')} and ${ids.length - named} more (--json lists all)`;

function failed(host: string, handover: Handover, enqueued: Enqueued, cause: unknown): EnqueueFailed {
  const { taken, ended, unconfirmed } = enqueued;
  const details = { enqueued, cause };
  const ids = new Set(ended.map(({ id }) => id));
  const running = handover.waitSeconds === null ? [] : taken.filter((id) => !ids.has(id));
  const open = [
    ...(running.length === 0 ? [] : [`taken, has not ended yet: ${listed(running)}`]),
    ...(unconfirmed.length === 0 ? [] : [`not confirmed, may still run: ${listed(unconfirmed)}`]),
  ].join('; ');
  if (taken.length === handover.count && (cause === null || statusOf(cause) === enqueueExit.failed)) {
    const hint = `its slots may be busy or gone: ./jernverk status ${host}`;
    return new EnqueueFailed('NOT_ENDED', `${host}: ${open} (after ${handover.waitSeconds} s)`, { ...details, hint });
  }
  const known = `${host}: ${taken.length} of ${count(handover.count, 'job')} taken`;
  const rest = open === '' ? '' : `\n  ${open}`;
  if (statusOf(cause) === enqueueExit.blocked) {
    return new EnqueueFailed('BROKER_ALARM', `${known}: the broker takes no jobs: ${reasonOf(cause)}${rest}`, {
      ...details,
      hint: `make room on the host; how much is short: ./jernverk status ${host}`,
    });
  }
  return new EnqueueFailed('ENQUEUE_FAILED', `${known}: ${reasonOf(cause)}${rest}`, {
    ...details,
    hint: `look at the broker and the slots: ./jernverk status ${host}`,
  });
}

const statusOf = (error: unknown): number | null => (error instanceof CommandFailed ? error.status : null);

/** Returns what the program said. Docker's warnings are on standard error, too. */
function reasonOf(error: unknown): string {
  if (error === null) return 'the host did not report on the other jobs';
  if (!(error instanceof CommandFailed)) return messageOf(error);
  const said = error.stderr.split('\n').find((line) => line.startsWith('enqueue: '));
  return said?.slice('enqueue: '.length) ?? error.message;
}

function storeFull(host: string, cause: CommandFailed): OperationError {
  const [limit] = reachedLimits(parseUsage(cause.stderr));
  return new OperationError('FILE_STORE_FULL', `${host}: no job is taken: ${limit?.text ?? cause.stderr}`, {
    hint: 'remove results and files that nobody needs (README, "Limits"), or lower broker.diskFreeLimit and apply',
    cause,
  });
}

/**
 * Returns the content of a file of a worker's claim-check store.
 *
 * Throws OperationError FILE_DAMAGED if it is not the content that the reference names, and FILE_TOO_LARGE. Workers can
 * write to the store, so anything may be there, even a link to another file of the host.
 */
export async function fetchFile(host: Host, worker: string, reference: string): Promise<Buffer> {
  const encoded = await host.capture(readFileCommand(worker, filePath(reference)), { maxBytes: 2 * fetchedBytes });
  const content = Buffer.from(encoded, 'base64');
  if (content.length > fetchedBytes) {
    throw new OperationError(
      'FILE_TOO_LARGE',
      `${host.name}: the file ${reference} has more than ${fetchedBytes} bytes`,
    );
  }
  if (`sha256:${sha256(content)}` === reference) return content;
  throw new OperationError(
    'FILE_DAMAGED',
    `${host.name}: the file ${reference} has another content than its name says`,
  );
}
