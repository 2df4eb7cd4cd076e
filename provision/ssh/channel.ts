import { Readable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { deferred } from '../../lib/deferred.ts';
import { OperationError } from '../../lib/errors.ts';
import { Allowance, Bounded, Collector, type Limits } from './output.ts';
import type { Invocation } from './script.ts';

/** How a remote script ended. Both `status` and `signal` are null if the channel closed without reporting either. */
export interface Ending {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * How far a script came, as its output shows. `shell`: Jernverk's own shell runs. `script`: that shell has read the
 * whole script.
 */
export type Stage = 'nothing' | 'shell' | 'script';

export interface ChannelOptions {
  readonly input?: Readable | string | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** Whether to keep standard output for the ending. False for a command without an end. Default: true. */
  readonly keep?: boolean | undefined;
  /** Bytes of output that are kept, standard output and standard error together. Default: 16 MiB. */
  readonly maxBytes?: number | undefined;
  /**
   * Milliseconds without output after the exit status. After that, whatever still holds the channel open is not waited
   * for.
   */
  readonly lastWordsMs?: number | undefined;
}

/** The longest known output, the answers of an audit, is a third of this. */
const keptBytes = 16 * 2 ** 20;
const lineCharacters = 2 ** 20;
const defaultLastWordsMs = 10_000;

/** A script that runs at the other end of one SSH channel. */
export interface Running {
  /** Rejects if the input cannot be read. */
  readonly ended: Promise<Ending>;
  /** Resolves when the script has arrived and runs. */
  readonly begun: Promise<void>;
  /** Resolves when more output came than may be kept, with the limit in words. */
  readonly exceeded: Promise<string>;
  stage(): Stage;
  /** Returns the output until now. */
  soFar(): Pick<Ending, 'stdout' | 'stderr'>;
  /** Returns the output before the boundary, which is not the script's. */
  noise(): string;
  /** Returns the remote shell's process id. Undefined until the shell has sent it. */
  pid(): number | undefined;
  /** Closes this end of the channel. */
  close(): void;
}

/**
 * Starts a script on a channel of its own. Rejects with ssh2's error if the host refuses the channel. Listens before it
 * returns to the event loop, because a quick command's exit status comes in the same packet as the reply to its start.
 */
export function start(client: Client, sent: Invocation, options: ChannelOptions = {}): Promise<Running> {
  return new Promise((resolve, reject) => {
    client.exec(sent.commandLine, (error, channel) =>
      error ? reject(error) : resolve(attend(channel, sent, options)),
    );
  });
}

function attend(channel: ClientChannel, { payload, boundary }: Invocation, options: ChannelOptions): Running {
  const begun = deferred<void>();
  const exceeded = deferred<string>();
  const limits: Limits = { bytes: options.maxBytes ?? keptBytes, line: lineCharacters };
  const allowance = new Allowance(limits, exceeded.resolve);
  const flood = () => exceeded.resolve('more than 1 MiB before our script began');
  let stage: Stage = 'nothing';
  let pid: number | undefined;
  const stdout = new Bounded(
    boundary,
    new Collector(options.keep ?? true, allowance, options.onLine),
    () => {
      stage = 'script';
      begun.resolve();
    },
    flood,
  );
  const stderr = new Bounded(
    boundary,
    new Collector(true, allowance, options.onLine),
    (header) => {
      if (stage === 'nothing') stage = 'shell';
      if (/^[1-9]\d{0,9}$/.test(header)) pid = Number(header);
    },
    flood,
  );
  const ended = new Promise<Ending>((resolve, reject) => {
    let exit: { status: number | null; signal: string | null } = { status: null, signal: null };
    let lastWords: NodeJS.Timeout | undefined;
    let settled = false;
    const settle = () => {
      if (settled) return;
      settled = true;
      clearTimeout(lastWords);
      resolve({ ...exit, stdout: stdout.end(), stderr: stderr.end() });
    };
    channel.on('data', (chunk: Buffer) => {
      lastWords?.refresh();
      stdout.add(chunk);
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      lastWords?.refresh();
      stderr.add(chunk);
    });
    channel.on('exit', (status: number | null, signal?: string) => {
      exit = { status, signal: signal ?? null };
      lastWords ??= setTimeout(() => {
        settle();
        channel.close();
      }, options.lastWordsMs ?? defaultLastWordsMs);
    });
    channel.on('error', reject);
    channel.on('close', settle);
    send(channel, payload, options.input, reject);
  });
  return {
    ended,
    begun: begun.promise,
    exceeded: exceeded.promise,
    stage: () => stage,
    soFar: () => ({ stdout: stdout.text, stderr: stderr.text }),
    noise: () => `${stderr.noise}${stdout.noise}`,
    pid: () => pid,
    close: () => channel.close(),
  };
}

function send(
  channel: ClientChannel,
  payload: Buffer,
  input: Readable | string | undefined,
  fail: (error: Error) => void,
): void {
  channel.write(payload);
  if (!(input instanceof Readable)) {
    channel.end(input ?? '');
    return;
  }
  const refuse = (cause: Error): void => {
    const message = `cannot read the data to send: ${cause.message}`;
    fail(new OperationError('INPUT_UNREADABLE', message, { cause }));
    channel.close();
  };
  if (input.errored) {
    refuse(input.errored);
    return;
  }
  input.once('error', refuse);
  // The command may end before it has read everything. Nobody reads the rest then.
  channel.once('close', () => input.destroy());
  input.pipe(channel);
}
