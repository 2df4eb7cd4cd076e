import type { Run } from './invocation.ts';

/** One command, described without loading it. */
export interface CommandEntry {
  /** The name, with the subcommand where it has one: `lab up`. */
  readonly name: string;
  readonly group: 'Everyday' | 'Hosts' | 'Workers' | 'Lab' | 'Project';
  readonly summary: string;
  /** As they are read: `<worker>`, `[host]`, `[command...]`; a name `file` or `photo` is a path. */
  readonly arguments?: readonly string[];
  /** Flags and meaning: `['--purge', 'also take away packages, queues and data']`. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  readonly load: () => Promise<Run>;
}

/** Every command in the order of the help. Adding one is an entry here and its file beside this one. */
export const commands: readonly CommandEntry[] = [];

/** Run by the file `jernverk` itself, since they set up or check what the others stand on; listed in the help only. */
export const setUpCommands = [
  { name: 'test', summary: 'run everything that CI runs, or a part: test unit' },
  { name: 'cdktf', summary: 'run cdktf with the terraform or tofu that is there: cdktf diff' },
] as const;
