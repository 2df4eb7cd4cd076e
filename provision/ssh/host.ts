import type { Readable } from 'node:stream';
import type { Command } from '../../lib/shell.ts';

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What the command does, in words. Shown to whoever finds it still running after its own run has died. */
  readonly title?: string;
  /** Milliseconds until the command is given up and its process group ended. Default: 10 minutes. */
  readonly timeoutMs?: number;
  /** Called with each line of standard output and standard error, as it comes. */
  readonly onLine?: (line: string) => void;
  /** Standard input of the command. Default: empty. */
  readonly input?: Readable | string;
  /**
   * Bytes of output that are kept, standard output and standard error together. Default: 16 MiB. If there is more, the
   * command is stopped and the call rejects with `HostError` HOST_ANSWER_TOO_LONG.
   */
  readonly maxBytes?: number;
}

export interface AskOptions extends RunOptions {
  /**
   * If time runs out or there is too much output, the call resolves with the output until then instead of rejecting.
   * Default: false.
   */
  readonly partial?: boolean;
}

/**
 * One machine, over one SSH connection. Commands are POSIX sh. They run as root (unless `connect` got another `runAs`)
 * under `set -eu`, in the C locale, in `/`, with the same environment on every host and nothing from the login's.
 * Output is what the command itself wrote, without what a login shell printed before and after it. Every call rejects
 * with `HostError` if the connection is lost (HOST_LOST), if the host does not start the command in time (HOST_SILENT,
 * HOST_LOGIN_SHELL) or if its output is too long (HOST_ANSWER_TOO_LONG), and with `CommandFailed` if the command fails.
 */
export interface Host extends AsyncDisposable {
  readonly name: string;
  /** Runs a command that may change the host. */
  run(command: Command, options?: RunOptions): Promise<Output>;
  /** Runs a command that only reads: it never changes the host. Returns standard output as it is. */
  capture(command: Command, options?: AskOptions): Promise<string>;
  /** Asks yes or no and never changes the host. Exit code 0 is yes, 1 is no, anything else rejects. */
  test(command: Command, options?: RunOptions): Promise<boolean>;
  /**
   * Passes on each line until the command ends or the signal stops it; in both cases the call resolves. Keeps no standard
   * output and has no time limit: use `inTime` to wait for a certain line. `input` is the command's standard input.
   * Default: empty.
   */
  follow(command: Command, onLine: (line: string) => void, signal: AbortSignal, input?: Readable): Promise<void>;
  close(): Promise<void>;
}

/** Ends everything that runs on hosts, and learns the result for each host. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** `ended` is false if something may still run there. */
  stopped(host: string, ended: boolean): void;
}

export interface ConnectOptions {
  /** When it aborts, commands on the host get a signal to end, and every call rejects with HOST_INTERRUPTED. */
  readonly interrupt?: Interrupt;
  /**
   * `root`: commands run as root, with sudo if another user logs in. `log-in`: they run as the login user. Default:
   * root.
   */
  readonly runAs?: 'root' | 'log-in';
  /** Milliseconds until a host that does not complete the handshake is given up. Default: 20 seconds. */
  readonly readyTimeoutMs?: number;
  /**
   * Milliseconds between two keepalive messages. After 3 without a reply the host counts as lost. Default: 10 seconds.
   */
  readonly keepaliveMs?: number;
  /** Milliseconds until a host is given up that accepts a command and does not start it. Default: 30 seconds. */
  readonly startTimeoutMs?: number;
  /** Milliseconds of silence after a command's exit status until Jernverk closes its channel. Default: 10 seconds. */
  readonly lastWordsMs?: number;
}
