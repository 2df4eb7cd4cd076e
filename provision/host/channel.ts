import { Readable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { OperationError } from '../errors.ts';
import { Collector, PidFirst } from './output.ts';
import type { Invocation } from './script.ts';

/** How a remote script ended. Neither `status` nor `signal` is set where the channel closed without a word. */
export interface Ending {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChannelOptions {
  readonly input?: Readable | string | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** Whether to keep the output for the ending; false for what runs without an end. True by default. */
  readonly keep?: boolean | undefined;
}

/** A script that runs on the other end of one SSH channel. */
export interface Running {
  /** Rejects where the input could not be read. */
  readonly ended: Promise<Ending>;
  /** The remote shell's process id, as soon as it told it. */
  pid(): number | undefined;
  /** Closes our end of the channel. */
  close(): void;
}

/**
 * Starts a script on a channel of its own. Rejects with ssh2's error where the host refuses it. Listens before it
 * returns to the event loop: a quick command's exit status comes in the same packet as the yes to its start.
 */
export function start(client: Client, sent: Invocation, options: ChannelOptions = {}): Promise<Running> {
  return new Promise((resolve, reject) => {
    client.exec(sent.commandLine, (error, channel) =>
      error ? reject(error) : resolve(attend(channel, sent, options)),
    );
  });
}

function attend(channel: ClientChannel, { payload }: Invocation, options: ChannelOptions): Running {
  const keep = options.keep ?? true;
  const stdout = new Collector(keep, options.onLine);
  const stderr = new PidFirst(new Collector(keep, options.onLine));
  channel.on('data', (chunk: Buffer) => stdout.add(chunk));
  channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const ended = new Promise<Ending>((resolve, reject) => {
    let exit: { status: number | null; signal: string | null } = { status: null, signal: null };
    channel.on('exit', (status: number | null, signal?: string) => {
      exit = { status, signal: signal ?? null };
    });
    channel.on('error', reject);
    channel.on('close', () => {
      resolve({ ...exit, stdout: stdout.end(), stderr: stderr.end() });
    });
    send(channel, payload, options.input, reject);
  });
  return { ended, pid: () => stderr.pid, close: () => channel.close() };
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
    const message = `cannot read what was to be sent: ${cause.message}`;
    fail(new OperationError('INPUT_UNREADABLE', message, { cause }));
    channel.close();
  };
  if (input.errored) {
    refuse(input.errored);
    return;
  }
  input.once('error', refuse);
  // The command may end before it has read everything: then nobody waits for the rest.
  channel.once('close', () => input.destroy());
  input.pipe(channel);
}
