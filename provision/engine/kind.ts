import { type Command, lines, raw } from '../../lib/shell.ts';
import type { Readings, Settings } from './setting.ts';

/**
 * One question to a host: a read-only POSIX sh command and the pure parser of its output.
 *
 * The facts of all topics travel as one script in one round trip. The command runs as root in a subshell with empty
 * standard input. If it exits non-zero, or if `parse` throws, every key of the fact is *unknown* with that reason.
 * A key that `parse` does not answer is *absent*.
 */
export interface Fact {
  readonly keys: readonly string[];
  readonly command: Command;
  parse(output: string): Readings;
}

/** One kind of setting as a value: what its keys begin with, how a host is asked for them, what may outlast them. */
export interface Kind {
  /** The first part of its keys: a file has two, `file/<path>` and `mode/<path>`. */
  readonly prefixes: readonly string[];
  /**
   * The questions for those of the keys that are of this kind. Works from the keys alone, since Terraform's state holds
   * nothing else; `wanted` is not empty when something is about to be planned or applied.
   */
  facts(keys: readonly string[], wanted: Settings): readonly Fact[];
  /**
   * Whether a host may still have this when nobody wants it any more: packages, queues, values of the running kernel. If
   * left out, a leftover is a failure.
   */
  mayStay?(reading: string): boolean;
  /** A fact that depends on what is wanted, so Terraform's refresh cannot know it: the plan asks for it. */
  readonly looksAhead?: true;
}

/** For kinds that no step removes. */
export const stays = (): boolean => true;

/** The programs that facts use and that a bare host lacks. */
type Tool = 'curl' | 'nft' | 'ss';

/** A question that prints nothing, so that all its keys are absent, on a host that does not have the program yet. */
export const ifInstalled = (tool: Tool, question: Command): Command =>
  lines(raw(`command -v ${tool} >/dev/null || exit 0`), question);
