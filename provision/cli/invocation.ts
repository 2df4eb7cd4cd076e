/** What the person asked for, parsed. File paths are absolute: they are relative to where the person stands. */
export interface Invocation {
  /** `--env`: a name, or an absolute path of a YAML file. */
  readonly environment: string;
  readonly json: boolean;
  /** Arguments by name; an optional one that was left out is missing. */
  readonly arguments: Readonly<Record<string, string>>;
  /** The repeated last argument of a command that takes one, such as the command of `lab exec`. */
  readonly rest: readonly string[];
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** A command: answers its exit code. A thrown error is printed and ends with 1, or with its own `exitCode`. */
export type Run = (invocation: Invocation) => Promise<number>;
