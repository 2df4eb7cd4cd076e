import type { AddressBook } from '../addresses/book.ts';
import type { Command } from '../lib/shell.ts';
import type { Text } from '../lib/text.ts';
import type { Answer } from '../provision/engine/gather.ts';
import type { Environment, HostConfig } from '../provision/environment/schema.ts';
import type { Chapter, Proof, Status } from './finding.ts';

/** One read-only question to a host. Several checks may read the same answer. Its raw text becomes evidence. */
export interface Question {
  /** Also the name of the raw file: `mounts`. */
  readonly name: string;
  readonly command: Command;
}

/** What a check may look at that is not about a host. */
export interface EnvironmentContext {
  readonly environment: Environment;
  readonly addresses: AddressBook;
  /** The time of the audit: for expiry and staleness. */
  readonly now: Date;
}

/** Everything that a check of a host may look at. */
export interface CheckContext extends EnvironmentContext {
  readonly host: HostConfig;
  /** By the question's name. An unanswered question has an answer with an exit code other than 0. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** What a check found. The runner adds who, when, and the evidence. */
export interface Judgement {
  readonly status: Status;
  readonly words: Text;
  readonly observed: string;
  readonly proves: readonly Proof[];
}

/** One thing that an auditor wants to know. Pure: takes answers, returns a judgement. */
export interface Check {
  readonly id: string;
  readonly chapter: Chapter;
  readonly title: Text;
  readonly expected: Text;
  readonly basis: readonly string[];
  readonly questions: readonly Question[];
  /** If there are no questions: the key of the environment that the check reads, such as `audit.controller`. */
  readonly reads?: string;
  readonly evaluate: (context: CheckContext) => Judgement;
}

/**
 * A check of something that is the same for all hosts, such as who the controller is: one finding for the environment.
 */
export interface EnvironmentCheck extends Check {
  readonly questions: readonly [];
  readonly reads: string;
  readonly evaluate: (context: EnvironmentContext) => Judgement;
}
