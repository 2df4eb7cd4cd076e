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
  /** Stores what a command on the host printed, unchanged and before it is parsed. */
  readonly keep: (name: string, command: string, raw: string) => Promise<void>;
  /**
   * Runs one measurement. Its name (`disk/wal-append 1`) is shown while it runs, for about `seconds`. The machine is
   * watched meanwhile: what others took of it becomes the measurement's contamination. `planned` is what the suite's
   * own `seconds` counts for it, if more is known by now.
   */
  readonly timed: <Value>(
    name: string,
    seconds: number,
    work: () => Promise<Value>,
    planned?: number,
  ) => Promise<Value>;
}

/** What a run gives its suites in addition. */
export interface RunContext extends SuiteContext {
  /** What the host did since the run began, sampled about once a second. */
  readonly watched: () => NeighbourSample[];
}

/** One kind of measurement. */
export interface Suite<Data> {
  readonly name: SuiteName;
  /** Expected duration in seconds, for the display of the time left. */
  readonly seconds: (quick: boolean) => number;
  /**
   * Measures, and yields everything known so far after each part. If the host dies, the last yield is stored as a
   * partial result. Throws if the suite cannot go on: `NotMeasured` if nothing is wrong with the run itself.
   */
  readonly measure: (context: RunContext) => AsyncGenerator<Data, void>;
}

/**
 * This host cannot be measured in this way: for example, a tool is missing or the file system is not on a disk. The
 * message says what to do.
 */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured';

  constructor(message: string) {
    super(withEnvironment(message));
  }
}
