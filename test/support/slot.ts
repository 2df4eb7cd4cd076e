import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod';
import { bundleRuntime, bundleWorker } from '../../platform/build/bundle.ts';
import type { ResultRecord } from '../../platform/contract/job.ts';
import type { SlotStatus } from '../../platform/contract/slot-health.ts';
import type { BrokerSettings, SlotSettings } from '../../platform/contract/slot-settings.ts';
import { readResult } from '../../platform/runtime/result-store.ts';
import { type BrokerSocket, openBrokerSocket } from './broker-socket.ts';
import { eventually } from './eventually.ts';
import { password, type TestBroker, vhost } from './rabbitmq.ts';

const logSchema = z.looseObject({ message: z.string(), job: z.string().nullish(), reason: z.string().nullish() });
export type LogLine = z.output<typeof logSchema>;

/** A slot as a real process, with the bundled programs of an image. */
export interface TestSlot {
  readonly process: ChildProcess;
  readonly log: readonly LogLine[];
  status(): Promise<SlotStatus | null>;
  /** Resolves with the first log line that has this message. */
  logged(message: string): Promise<LogLine>;
  /** Resolves with the exit code, or with the signal's name. */
  readonly ended: Promise<number | string>;
}

/** An enqueue program that runs. */
export interface Enqueueing {
  /** What it has printed so far. */
  stdout(): string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Everything that slots need from a worker host, in one temporary folder. */
export interface TestHost {
  readonly files: string;
  readonly socket: BrokerSocket;
  /** Any setting may be another one, or of a wrong form. */
  startSlot(settings?: Readonly<Record<string, unknown>>, variables?: NodeJS.ProcessEnv): Promise<TestSlot>;
  /** Starts the bundled enqueue program with this on its standard input. */
  startEnqueue(given: string | Buffer): Enqueueing;
  /** Returns a request as text. What it does not say is right for this host. */
  request(given: object): string;
  /** Runs it with a request and the bytes of a file. Resolves with what it printed. */
  enqueue(request: object, content?: string | Buffer): Enqueueing['ended'];
  result(id: string): Promise<ResultRecord | null>;
  close(): Promise<void>;
}

/** `projectRoot` contains `workers/<worker>/main.ts`. The runtime is always this project's. */
export async function openHost(broker: TestBroker, worker: string, projectRoot: string): Promise<TestHost> {
  // Inside the project, so that the programs find the native packages as in an image.
  await mkdir('.jernverk/test', { recursive: true });
  const programs = await mkdtemp(join(process.cwd(), '.jernverk/test/slot-'));
  const home = await mkdtemp(join(tmpdir(), 'jernverk-slot-'));
  const { program } = await bundleWorker(projectRoot, worker);
  for (const { name, code } of [program, ...(await bundleRuntime(process.cwd()))])
    await writeFile(join(programs, name), code);
  await writeFile(join(home, 'password'), password);
  const files = join(home, 'files');
  await mkdir(files);
  const socket = await openBrokerSocket(join(home, 'broker.sock'), broker.port);
  const slots: TestSlot[] = [];

  const brokerAs = (user: string): BrokerSettings => ({
    ...{ socket: socket.path, vhost, user },
    passwordFile: join(home, 'password'),
  });

  const startEnqueue: TestHost['startEnqueue'] = (given) => {
    const child = spawn(process.execPath, [join(programs, 'enqueue.mjs')], { env: { PATH: process.env.PATH } });
    child.stdin.on('error', () => undefined).end(given);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return { stdout: () => stdout, ended: once(child, 'close').then(([code]) => ({ code, stdout, stderr })) };
  };

  const request: TestHost['request'] = (given) =>
    JSON.stringify({ worker, broker: brokerAs('enqueue'), files, batch: uuidv7(), ...given });

  return {
    files,
    socket,
    result: async (id) => readResult(files, id),
    async startSlot(changed = {}, variables = {}) {
      const name = `${worker}_${String(slots.length).padStart(2, '0')}`;
      const settings: SlotSettings = {
        ...{ version: 1, worker, release: '0123456789ab', broker: brokerAs(worker), files, filesFreeLimit: 0 },
        ...{ statusFile: join(home, `status-${slots.length}.json`), drainSeconds: 60, attempts: 5, retrySeconds: 0.01 },
      };
      const file = join(home, `${name}.json`);
      await writeFile(file, JSON.stringify({ ...settings, ...changed }));
      const slot = openSlot([join(programs, 'main.mjs'), file, name], settings.statusFile, variables);
      slots.push(slot);
      return slot;
    },
    startEnqueue,
    request,
    enqueue: (given, content = '') =>
      startEnqueue(Buffer.concat([Buffer.from(`${request(given)}\n`), Buffer.from(content)])).ended,
    async close() {
      for (const slot of slots) slot.process.kill('SIGKILL');
      await Promise.all(slots.map((slot) => slot.ended));
      await socket.close();
      await Promise.all([home, programs].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

function openSlot(words: readonly string[], statusFile: string, variables: NodeJS.ProcessEnv): TestSlot {
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log: LogLine[] = [];
  const text: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    text.push(line);
    if (line.startsWith('{')) log.push(logSchema.parse(JSON.parse(line)));
  });
  let ending: string | number | null = null;
  const ended = once(child, 'close').then(([code, signal]): number | string => {
    ending = code ?? signal;
    return code ?? signal;
  });
  return {
    process: child,
    log,
    ended,
    status: async () => JSON.parse(await readFile(statusFile, 'utf8').catch(() => 'null')),
    logged: (message) =>
      eventually(() => {
        const found = log.find((line) => line.message === message);
        if (found === undefined && ending !== null)
          throw new Error(`the slot ended with ${ending}:\n${text.join('\n')}`);
        return found ?? null;
      }),
  };
}
