import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Client } from 'ssh2';
import { JernverkError } from '../../lib/errors.ts';
import type { Command } from '../../lib/shell.ts';
import { type ChannelOptions, type Ending, type Running, start } from './channel.ts';
import type { Connection } from './connection.ts';
import * as failures from './failures.ts';
import type { AskOptions, ConnectOptions, Host, Interrupt, Output, RunOptions } from './host.ts';
import { aborted, inTime, patience } from './in-time.ts';
import { Limiter } from './limiter.ts';
import { type Invocation, invocation, stopScript } from './script.ts';

/** OpenSSH refuses the 11th session on a connection (MaxSessions 10). Two are left for ending commands that overran. */
const channelsAtOnce = 8;
const defaultTimeoutMs = 600_000;
const stopTimeoutMs = 8_000;
/** Milliseconds to wait for interrupted commands to clean up. After that they continue unobserved. */
const endingMs = 10_000;
/** A loaded host may take seconds to start a shell. */
const defaultStartTimeoutMs = 30_000;
const goodbyeMs = 1_000;

interface Call extends ChannelOptions {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The command only reads. If time runs out, nothing failed, but the answer is unknown. */
  readonly asks?: boolean;
  readonly partial?: boolean;
}

/** As in `ConnectOptions`. */
type Patience = Pick<ConnectOptions, 'startTimeoutMs' | 'lastWordsMs' | 'interrupt'>;

/** A host over an open SSH connection. */
export class SshHost implements Host {
  readonly name: string;
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #sudo: boolean;
  readonly #startTimeoutMs: number;
  readonly #lastWordsMs: number | undefined;
  readonly #limiter = new Limiter(channelsAtOnce);
  /** Rejects when the connection is gone. Every wait is a race against it. */
  readonly #gone: Promise<never>;
  #closing = false;
  readonly #interrupt: Interrupt | undefined;
  /** Commands that are being ended. The connection must stay open until they are. */
  readonly #ending = new Set<Promise<unknown>>();

  constructor(connection: Connection, client: Client, sudo: boolean, { interrupt, ...patience }: Patience = {}) {
    this.#interrupt = interrupt;
    this.name = connection.name;
    this.#connection = connection;
    this.#client = client;
    this.#sudo = sudo;
    this.#startTimeoutMs = patience.startTimeoutMs ?? defaultStartTimeoutMs;
    this.#lastWordsMs = patience.lastWordsMs;
    this.#gone = new Promise((_, reject) => {
      let reason: unknown;
      client.on('error', (error) => {
        reason = error;
      });
      client.on('close', () => reject(failures.lost(connection, this.#closing, reason)));
    });
    this.#gone.catch(() => undefined);
  }

  async run(command: Command, options: RunOptions = {}): Promise<Output> {
    const { stdout, stderr } = await this.#succeed(command, options);
    return { stdout, stderr };
  }

  async capture(command: Command, options: AskOptions = {}): Promise<string> {
    return (await this.#succeed(command, { ...options, asks: true })).stdout;
  }

  async test(command: Command, options: RunOptions = {}): Promise<boolean> {
    const ending = await this.#execute(command, { ...options, asks: true });
    if (ending.status !== 0 && ending.status !== 1) throw failures.commandFailed(this.name, command, ending);
    return ending.status === 0;
  }

  async follow(command: Command, onLine: (line: string) => void, signal: AbortSignal, input?: Readable): Promise<void> {
    if (signal.aborted) return;
    const call = { onLine, signal, input, keep: false, timeoutMs: Number.POSITIVE_INFINITY };
    const ending = await this.#execute(command, call);
    if (ending.status !== 0 && !signal.aborted) throw failures.commandFailed(this.name, command, ending);
  }

  async requireSudo(): Promise<void> {
    try {
      const ending = await this.#execute({ script: 'test "$(id -u)" -eq 0' }, { timeoutMs: 20_000 });
      if (ending.status !== 0) throw failures.noSudo(this.#connection, ending);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#ending);
    this.#closing = true;
    this.#client.end();
    // A dead peer never replies to the disconnect. The timer keeps the process alive: with nothing left to wait for,
    // Node would exit in the middle of this, with exit code 13.
    const waiting = new AbortController();
    const gone = this.#gone.catch(() => undefined);
    await Promise.race([gone, setTimeout(goodbyeMs, undefined, waiting).catch(() => undefined)]);
    waiting.abort();
    this.#client.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #succeed(command: Command, call: Call): Promise<Ending> {
    const ending = await this.#execute(command, call);
    if (ending.status !== 0) throw failures.commandFailed(this.name, command, ending);
    return ending;
  }

  /**
   * Runs one command on one channel. If the host allows fewer channels than assumed, the command waits instead of
   * failing.
   */
  async #execute(command: Command, call: Call): Promise<Ending> {
    const sent = invocation(command.script, this.#sudo);
    // The input may fail before the channel is open, and an error without a listener ends the program.
    if (call.input instanceof Readable) call.input.on('error', () => undefined);
    for (;;) {
      const ending = await this.#race(
        this.#limiter.within(async () => {
          if (this.#interrupt?.signal.aborted) throw failures.interruptedAt(this.name, true);
          const running = await this.#start(sent, call);
          return running && (await this.#supervise(running, command, call));
        }),
      );
      if (ending) return ending;
    }
  }

  /** Undefined if the host refused the channel while others are open. The caller tries again when one is free. */
  async #start(sent: Invocation, call: Call): Promise<Running | undefined> {
    const starting = start(this.#client, sent, { ...call, lastWordsMs: this.#lastWordsMs });
    // The channel may still open when nobody waits for it any more.
    const unwanted = () => void starting.then((running) => running.close()).catch(() => undefined);
    try {
      return await inTime(starting, this, 'a command to be taken', this.#startTimeoutMs);
    } catch (cause) {
      if (cause instanceof JernverkError) {
        unwanted();
        throw cause;
      }
      if (!isRefusal(cause)) return await this.#gone;
      if (this.#limiter.taken === 1) throw failures.noChannel(this.#connection, cause);
      this.#limiter.refused();
      return undefined;
    }
  }

  /**
   * Waits for the end. If time runs out, too much output comes or the caller stops it, ends the remote process group
   * first.
   */
  async #supervise(running: Running, command: Command, call: Call): Promise<Ending> {
    running.ended.catch(() => undefined);
    const { timeoutMs = defaultTimeoutMs, signal } = call;
    const timeout = Number.isFinite(timeoutMs) ? [AbortSignal.timeout(patience(timeoutMs))] : [];
    const interrupt = this.#interrupt?.signal;
    const stops = [...timeout, ...(signal ? [signal] : []), ...(interrupt ? [interrupt] : [])];
    const outcome = await Promise.race([
      running.ended,
      running.exceeded,
      aborted(stops).then(() => 'stop' as const),
      this.#late(running),
    ]);
    if (typeof outcome === 'object') return this.#checked(running, outcome);
    if (interrupt?.aborted) {
      const stopping = this.#stop(running, false);
      this.#ending.add(stopping);
      const ended = await stopping;
      this.#interrupt?.stopped(this.name, ended);
      throw failures.interruptedAt(this.name, ended);
    }
    const stopped = await this.#stop(running, true);
    if (outcome === 'stop' && signal?.aborted) return { status: null, signal: 'SIGTERM', stdout: '', stderr: '' };
    if (running.stage() !== 'script')
      throw failures.notBegun(this.#connection, running, outcome === 'stop' ? failures.silent : outcome);
    // It began while it was being ended.
    if (outcome === failures.silent) throw failures.timedOut(this.name, command, this.#startTimeoutMs, stopped, true);
    if (call.partial) return { status: 0, signal: null, ...running.soFar() };
    if (outcome === 'stop') throw failures.timedOut(this.name, command, timeoutMs, stopped, call.asks ?? false);
    throw failures.answerTooLong(this.name, command, outcome, stopped);
  }

  /** Resolves if the script has not started in time. Never resolves if it has. */
  async #late(running: Running): Promise<string> {
    const late = await Promise.race([
      running.begun.then(() => false),
      aborted([AbortSignal.timeout(patience(this.#startTimeoutMs))]).then(() => true),
    ]);
    return late ? failures.silent : await new Promise<never>(() => undefined);
  }

  #checked(running: Running, ending: Ending): Ending {
    if (ending.status === null && ending.signal === null) throw failures.lost(this.#connection, false, undefined);
    if (running.stage() === 'script') return ending;
    const how =
      ending.status === null ? `it was ended by ${ending.signal}` : `it ended with exit code ${ending.status}`;
    throw (
      failures.refusedBySudo(this.#connection, running.noise(), ending) ??
      failures.notBegun(this.#connection, running, how)
    );
  }

  /**
   * Returns whether the process group has ended. Uses a channel in addition to the limited ones, because all of those
   * may be stuck.
   */
  async #stop(running: Running, insist: boolean): Promise<boolean> {
    const limit = insist ? stopTimeoutMs : endingMs;
    const kill = async () => {
      const pid = await pidOf(running, AbortSignal.timeout(limit));
      if (pid === undefined) return false;
      await (await start(this.#client, invocation(stopScript(pid, insist), this.#sudo))).ended;
      await running.ended;
      return true;
    };
    const stopped = await Promise.race([kill().catch(() => false), setTimeout(patience(limit), false, { ref: false })]);
    running.close();
    return stopped;
  }

  #race<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return Promise.race([this.#gone, work]);
  }
}

/** The process id of a command that was just sent may not have arrived yet. */
async function pidOf(running: Running, limit: AbortSignal): Promise<number | undefined> {
  while (running.pid() === undefined && !limit.aborted) await setTimeout(20);
  return running.pid();
}

const isRefusal = (error: unknown): boolean => error instanceof Error && 'reason' in error;
