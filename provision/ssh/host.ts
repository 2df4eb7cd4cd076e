import type { Readable } from 'node:stream';
import type { Command } from '../../lib/shell.ts';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What it does, in words for people, for whoever finds it at work when its run is dead. */
  readonly title?: string;
  /** Milliseconds until the command is given up and its process group ended; 10 minutes by default. */
  readonly timeoutMs?: number;
  /** Each line of standard output and standard error, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Standard input of the command; empty by default. */
  readonly input?: Readable | string;
  /**
   * Bytes of output that are kept, standard output and standard error together; 16 MiB by default. If there is more, the
   * command is stopped and the call rejects with `HostError` HOST_ANSWER_TOO_LONG.
   */
  readonly maxBytes?: number;
}

export interface AskOptions extends RunOptions {
  /** If time runs out or there is too much, gives what came until then, and does not reject. False by default. */
  readonly partial?: boolean;
}

/**
 * One machine, over one SSH connection. Commands are POSIX sh and run as root (unless `connect` was told otherwise)
 * under `set -eu`, in the C locale, in `/`, with the same environment on every host: nothing of the log-in's.
 * Output is what the command itself wrote, and not what a login shell printed around it.
 * Every call rejects with `HostError` if the connection is lost (HOST_LOST), if the host does not start the command in
 * time (HOST_SILENT, HOST_LOGIN_SHELL) or says too much (HOST_ANSWER_TOO_LONG), and with `CommandFailed` if it fails.
 */
export interface Host extends AsyncDisposable {
  readonly name: string;
  /** Runs what may change the host. */
  run(command: Command, options?: RunOptions): Promise<Output>;
  /** Asks: never changes the host. Gives standard output as it is. */
  capture(command: Command, options?: AskOptions): Promise<string>;
  /** Asks yes or no: never changes the host. Exit code 0 is yes, 1 is no, anything else rejects. */
  test(command: Command, options?: RunOptions): Promise<boolean>;
  /**
   * Hands on each line until the command ends or the signal stops it; both resolve. Keeps nothing, and has no limit of
   * time: who waits for a certain line uses `inTime`.
   */
  follow(command: Command, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What ends all that runs on hosts, and is told how that went. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** `ended` is false where something may go on. */
  stopped(host: string, ended: boolean): void;
}

export interface ConnectOptions {
  /** When it aborts, what runs on the host gets a signal to end, and every call rejects with HOST_INTERRUPTED. */
  readonly interrupt?: Interrupt;
  /** `root`: commands run as root, by sudo where the log-in is another user's. `log-in`: as whoever logs in. root by default. */
  readonly runAs?: 'root' | 'log-in';
  /** Milliseconds until a host that does not answer the handshake is given up; 20 seconds by default. */
  readonly readyTimeoutMs?: number;
  /** Milliseconds between two signs of life; after 3 without an answer the host is lost. 10 seconds by default. */
  readonly keepaliveMs?: number;
  /** Milliseconds until a host is given up that takes a command and does not start it; 30 seconds by default. */
  readonly startTimeoutMs?: number;
  /** Milliseconds of silence after a command's exit status until its channel is closed by us; 10 seconds by default. */
  readonly lastWordsMs?: number;
}
