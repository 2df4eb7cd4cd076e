import { withEnvironment } from '../lib/own-command.ts';
import type { Environment, HostConfig } from '../provision/environment/schema.ts';
import type { Host } from '../provision/ssh/host.ts';
import type { NeighbourSample } from './cpu/result.ts';

export const suiteNames = ['disk', 'cpu', 'network', 'queue'] as const;
export type SuiteName = (typeof suiteNames)[number];

/** What a suite works with. */
export interface SuiteContext {
  readonly host: Host;
  readonly config: HostConfig;
  readonly environment: Environment;
  /** Absolute path of the project. */
  readonly root: string;
  readonly quick: boolean;
  /** Keeps what a command on the host printed, as it is, before anything is read out of it. */
  readonly keep: (name: string, command: string, raw: string) => Promise<void>;
  /**
   * Does a piece of measuring. Its name (`disk/wal-append 1`) is shown while it runs, for about `seconds`, and the
   * machine is watched meanwhile: what others took of it becomes the measurement's contamination. `planned` is what the
   * suite's own `seconds` has for it, where more is known by now.
   */
  readonly timed: <Value>(
    name: string,
    seconds: number,
    work: () => Promise<Value>,
    planned?: number,
  ) => Promise<Value>;
}

/** What a run gives its suites beside that. */
export interface RunContext extends SuiteContext {
  /** What the host did since the run began, looked at about once a second. */
  readonly watched: () => NeighbourSample[];
}

/** One kind of measurement. */
export interface Suite<Data> {
  readonly name: SuiteName;
  /** How long it will take, in seconds, for the time left. */
  readonly seconds: (quick: boolean) => number;
  /**
   * Measures, and yields all that is known so far after each part: where the host dies, the last one is kept as a
   * partial result. Throws where it cannot go on; `NotMeasured` where nothing is wrong with the run itself.
   */
  readonly measure: (context: RunContext) => AsyncGenerator<Data, void>;
}

/** This host cannot be measured so: a tool is missing, the file system is no disk. The message says what to do. */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured';

  constructor(message: string) {
    super(withEnvironment(message));
  }
}
