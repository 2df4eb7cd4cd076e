import { withEnvironment } from './own-command.ts';

export interface ErrorDetails {
  /** What the reader can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Base class of the errors that Jernverk reports on purpose. The subclasses are ranked by consequence. Any other class
 * of error that reaches the top is a bug in Jernverk.
 */
export abstract class JernverkError extends Error {
  /** The program's exit code: 1 for a failure, 2 for wrong input or an unknown result. */
  abstract readonly exitCode: 1 | 2;
  /** Stable, upper-case: `HOST_KEY_MISMATCH`. */
  readonly code: string;
  readonly hint: string | undefined;

  /**
   * `message` is a lower-case sentence that says where, what was expected and what was found. Each `./jernverk` command
   * in it gets the environment's name.
   */
  constructor(code: string, message: string, { hint, cause }: ErrorDetails = {}) {
    super(withEnvironment(message), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint === undefined ? undefined : withEnvironment(hint);
  }
}

/** The input is wrong. Nothing was changed. */
export class InputError extends JernverkError {
  readonly exitCode = 2;
}

/** A host could not be reached or trusted, or the connection was lost. The host's state is unknown. */
export class HostError extends JernverkError {
  readonly exitCode = 2;
}

/** An operation was tried and failed. */
export class OperationError extends JernverkError {
  readonly exitCode = 1;
}

/** Returns the program's exit code for a thrown value: its `exitCode` if it is an Error that has one, else 1. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1;

/** Returns the message of a thrown value, which need not be an Error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const unreadableReasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'part of its path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
};

/** Returns why a file could not be read, in words. */
export function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return unreadableReasons[code] ?? messageOf(error);
}

/** Returns the error's hint: what the reader can do about it. Undefined if it has none. */
export const hintOf = (error: unknown): string | undefined =>
  error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;

/** Returns message and hint in one line. If the message has several lines, the hint gets a line of its own. */
export function messageWithHint(error: unknown): string {
  const message = messageOf(error);
  const hint = hintOf(error);
  if (hint === undefined) return message;
  return message.includes('\n') ? `${message}\n  ${hint}` : `${message}; ${hint}`;
}

/** Returns the lines that the program prints about the error that ends it. */
export function errorLines(error: unknown): readonly string[] {
  const hint = hintOf(error);
  return [`jernverk: ${messageOf(error)}`, ...(hint === undefined ? [] : [`  ${hint}`])];
}

interface CommandDetails extends ErrorDetails {
  readonly command: string;
  readonly status: number | null;
  readonly stderr: string;
}

/** A command ran on a host and did not succeed. */
export class CommandFailed extends OperationError {
  /** The script as sent, shortened and redacted. */
  readonly command: string;
  /** Its exit code. Null if a signal or a timeout of Jernverk ended it. */
  readonly status: number | null;
  /** The last lines it wrote to standard error, redacted. */
  readonly stderr: string;

  constructor(code: string, message: string, details: CommandDetails) {
    super(code, message, details);
    this.command = details.command;
    this.status = details.status;
    this.stderr = details.stderr;
  }
}
