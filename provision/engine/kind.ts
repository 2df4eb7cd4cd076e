import { type Command, lines, raw } from '../../lib/shell.ts';
import type { Readings, Settings } from './setting.ts';

/**
 * One question to a host: a read-only POSIX sh command and the pure parser of its output.
 *
 * The facts of all topics are sent as one script in one round trip. The command runs as root in a subshell with empty
 * standard input. If it exits non-zero or `parse` throws, every key of the fact is *unknown* with that reason. A key
 * that `parse` does not return is *absent*.
 */
export interface Fact {
  readonly keys: readonly string[];
  readonly command: Command;
  parse(output: string): Readings;
}

/** One kind of setting: the prefix of its keys, how to ask a host for them, and which readings may remain. */
export interface Kind {
  /** The first part of its keys. A file has two, `file/<path>` and `mode/<path>`. */
  readonly prefixes: readonly string[];
  /**
   * Returns the questions for the keys of this kind. It must work from the keys alone, because Terraform's state holds
   * nothing else. `wanted` is not empty when something is about to be planned or applied.
   */
  facts(keys: readonly string[], wanted: Settings): readonly Fact[];
  /**
   * Its facts read the keys that they are asked for and find nothing else. So a host is asked once for all topics that
   * have this kind.
   */
  readonly reads?: 'only its keys';
  /**
   * Returns whether a host may still have this when it is no longer wanted: packages, queues, values of the running
   * kernel. If left out, a leftover is a failure.
   */
  mayStay?(reading: string): boolean;
  /** The fact depends on what is wanted, so Terraform's refresh cannot know it. The plan asks for it. */
  readonly looksAhead?: true;
}

/** For kinds that no step removes. */
export const stays = (): boolean => true;

/** Programs that facts use and a bare host lacks. */
type Tool = 'curl' | 'nft' | 'ss';

/** Returns a question that prints nothing on a host without the program. All its keys are then absent. */
export const ifInstalled = (tool: Tool, question: Command): Command =>
  lines(raw(`command -v ${tool} >/dev/null || exit 0`), question);
