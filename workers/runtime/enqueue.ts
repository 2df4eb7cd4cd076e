import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { connectBroker } from './connection.ts';
import { messageOf } from './failure.ts';
import { openFileStore } from './file-store.ts';
import { jobProperties, jobsExchange, type ResultRecord } from './job.ts';
import { openPublisher, type Publisher } from './publisher.ts';
import { readResult } from './result-store.ts';
import { type EnqueueSettings, parseEnqueueSettings } from './settings.ts';

const usage = `Usage: node enqueue.mjs [options] [INPUT]

Puts a job into the queue of a worker and prints its id once the broker has it on disk.
INPUT is the job's input as JSON; it is read from standard input where it is left out.

  --queue NAME       the worker; JERNVERK_QUEUE by default
  --file PATH        put this file into the file store and name it as "file" in the input; "-" is standard input
  --count N          enqueue N jobs with the same input; 1 by default
  --window N         jobs that may wait for their confirm at the same time; 1 by default
  --timeout SECONDS  give up on the broker, or on a result with --wait, after this long; 30 by default
  --wait             wait until the jobs have ended and print their result records
  --help

Prints one job id a line, each after its confirm; with --wait one result record (JSON) a line instead.
Exit code: 0 all confirmed (with --wait: all done), 1 not, 2 wrong arguments.`;

const options = {
  queue: { type: 'string' },
  file: { type: 'string' },
  count: { type: 'string', default: '1' },
  window: { type: 'string', default: '1' },
  timeout: { type: 'string', default: '30' },
  wait: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsConfig['options'];

const requestSchema = z.object({
  queue: z.string().min(1).optional(),
  file: z.string().min(1).optional(),
  count: z.coerce.number().int().min(1),
  window: z.coerce.number().int().min(1).max(1000),
  timeout: z.coerce.number().positive(),
  wait: z.boolean(),
});
type Request = z.output<typeof requestSchema>;

class WrongArguments extends Error {}

async function main(): Promise<number> {
  const { request, inputText } = readArguments();
  if (request === null) {
    console.log(usage);
    return 0;
  }
  const settings = parseEnqueueSettings({ ...process.env, ...(request.queue && { JERNVERK_QUEUE: request.queue }) });
  const input = await readInput(request, inputText, settings.files);
  const onConfirm = request.wait ? () => undefined : (id: string) => console.log(id);
  const ids = await enqueueAll(settings, input, request, onConfirm);
  if (!request.wait) return 0;
  const records = await Promise.all(ids.map((id) => waitFor(settings.files, id, request.timeout)));
  for (const record of records) console.log(JSON.stringify(record));
  return records.every((record) => record.state === 'done') ? 0 : 1;
}

function readArguments(): { request: Request | null; inputText: string | undefined } {
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length > 1) throw new Error(`one INPUT is expected, ${positionals.length} were given`);
    if (values.help) return { request: null, inputText: undefined };
    const parsed = requestSchema.safeParse(values);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    return { request: parsed.data, inputText: positionals[0] };
  } catch (error) {
    throw new WrongArguments(`${messageOf(error)}\n\n${usage}`);
  }
}

async function readInput(request: Request, given: string | undefined, files: string): Promise<unknown> {
  if (request.file === '-' && given === undefined) throw new WrongArguments('with --file - give INPUT as an argument');
  const json = given ?? (await text(process.stdin));
  const parsed = parseObject(json);
  if (request.file === undefined) return parsed;
  // The stream and not /dev/stdin: a pipe of another user cannot be opened by its path.
  const content = request.file === '-' ? await buffer(process.stdin) : await readFile(request.file);
  return { ...parsed, file: await openFileStore(files).put(content) };
}

function parseObject(json: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch {
    throw new WrongArguments(`INPUT must be a JSON object, given: ${json.slice(0, 100)}`);
  }
}

async function enqueueAll(
  settings: EnqueueSettings,
  input: unknown,
  request: Request,
  onConfirm: (id: string) => void,
): Promise<readonly string[]> {
  const connection = await connectBroker(settings.broker);
  try {
    const publisher = openPublisher(await connection.createConfirmChannel(), jobsExchange, request.timeout * 1000);
    const ids: string[] = [];
    const lane = async () => {
      while (ids.length < request.count) {
        const id = randomUUID();
        ids.push(id);
        await enqueue(publisher, settings.queue, id, input);
        onConfirm(id);
      }
    };
    await Promise.all(Array.from({ length: request.window }, lane));
    return ids;
  } finally {
    await connection.close().catch(() => undefined);
  }
}

async function enqueue(publisher: Publisher, queue: string, id: string, input: unknown): Promise<void> {
  const job = { id, kind: queue, input };
  await publisher.publish(queue, Buffer.from(JSON.stringify(job)), jobProperties(job));
}

/** @throws Error where the job has not ended in time. */
async function waitFor(files: string, id: string, timeoutSeconds: number): Promise<ResultRecord> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    const record = await readResult(files, id);
    if (record !== null) return record;
    if (performance.now() > deadline) throw new Error(`job ${id} has not ended within ${timeoutSeconds} s`);
    await sleep(20);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`enqueue: ${messageOf(error)}`);
  process.exitCode = error instanceof WrongArguments ? 2 : 1;
}
