import type { Text } from '../../lib/text.ts';
import type { Check, CheckContext, Judgement, Question } from '../check.ts';
import type { Proof, Status } from '../finding.ts';
import { Parts } from './parts.ts';

/** Returns a function that makes judgements with one status. */
export const judgement =
  (status: Status) =>
  (words: Text, observed = '', proves: readonly Proof[] = []): Judgement => ({ status, words, observed, proves });

export const pass = judgement('pass');
export const fail = judgement('fail');
export const notApplicable = judgement('not applicable');
export const notEvaluated = judgement('not evaluated');
export const error = judgement('error');

type Answered = (question: Question) => Parts;

/**
 * A check of a host whose answers are read in parts. If a part is missing, cut off or unexpected, reading it throws,
 * which is never a pass.
 */
export const hostCheck = ({
  judge,
  ...check
}: Omit<Check, 'evaluate'> & {
  readonly judge: (answered: Answered, context: CheckContext) => Judgement;
}): Check => ({
  ...check,
  evaluate: (context) => judge(({ name }) => new Parts(name, context.answers.get(name)), context),
});

/** Joins sentences into one text. */
export const join = (...texts: readonly (Text | null)[]): Text => {
  const given = texts.filter((text) => text !== null);
  return { nb: given.map(({ nb }) => nb).join(' '), en: given.map(({ en }) => en).join(' ') };
};
