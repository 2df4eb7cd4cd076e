/** What the person asked for, parsed. File paths are absolute: they were relative to the person's current folder. */
export interface Invocation {
  /** `--env`: a name, or an absolute path of a YAML file. */
  readonly environment: string;
  readonly json: boolean;
  /** Arguments by name. An optional one that was left out is missing. */
  readonly arguments: Readonly<Record<string, string>>;
  /** The repeated last argument of a command that takes one, such as the command of `lab exec`. */
  readonly rest: readonly string[];
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** A command. Returns its exit code. A thrown error is printed and ends with 1, or with its own `exitCode`. */
export type Run = (invocation: Invocation) => Promise<number>;

/** One command, described without loading it. */
export interface CommandEntry {
  /** The name, with the subcommand if it has one: `lab up`. */
  readonly name: string;
  readonly group: 'Everyday' | 'Hosts' | 'Workers' | 'Lab' | 'Proof' | 'Project';
  readonly summary: string;
  /** As they are parsed: `<worker>`, `[host]`, `[command...]`. One with the name `file` is a path. */
  readonly arguments?: readonly string[];
  /** Flags and their meaning: `['--purge', 'also take away packages, queues and data']`. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  /** What the person does after Ctrl-C, or need not do. Default: "run it again". */
  readonly afterInterrupt?: string;
  readonly load: () => Promise<Run>;
}
