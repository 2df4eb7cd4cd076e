import { withEnvironment } from './own-command.ts';

export interface ErrorDetails {
  /** What the person can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Everything that Jernverk reports by itself. The subclasses are ranked by consequence. Any other error class that
 * reaches the top is a bug of ours.
 */
export abstract class JernverkError extends Error {
  /** The program's exit code: 1 failed, 2 wrong input or could not tell. */
  abstract readonly exitCode: 1 | 2;
  /** Stable, upper-case: `HOST_KEY_MISMATCH`. */
  readonly code: string;
  readonly hint: string | undefined;

  /** `message` is a lower-case sentence: where, what was expected, what was found. Our commands in it get the environment. */
  constructor(code: string, message: string, { hint, cause }: ErrorDetails = {}) {
    super(withEnvironment(message), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint === undefined ? undefined : withEnvironment(hint);
  }
}

/** What we were given is wrong. Nothing was changed. */
export class InputError extends JernverkError {
  readonly exitCode = 2;
}

/** A host could not be reached, trusted or kept: how it stands is not known. */
export class HostError extends JernverkError {
  readonly exitCode = 2;
}

/** Something was done and did not succeed. */
export class OperationError extends JernverkError {
  readonly exitCode = 1;
}

/** The program's exit code for what was thrown: an error may say by its `exitCode` that the input was wrong. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1;

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const unreadableReasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
};

/** Why a file could not be read, in words. */
export function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return unreadableReasons[code] ?? messageOf(error);
}

/** What the person can do about it, where the error says so. */
export const hintOf = (error: unknown): string | undefined =>
  error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;

/** Both in one line; under a message of several lines the hint has a line of its own. */
export function messageWithHint(error: unknown): string {
  const message = messageOf(error);
  const hint = hintOf(error);
  if (hint === undefined) return message;
  return message.includes('\n') ? `${message}\n  ${hint}` : `${message}; ${hint}`;
}

/** What the program says of an error that ends it, in lines. */
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
  /** Its exit code; null where a signal or our timeout ended it. */
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
