import { messageOf } from '../../lib/errors.ts';
import type { Text } from '../../lib/text.ts';
import type { Check, CheckContext, Question, Verdict } from '../check.ts';
import type { Proof, Status } from '../finding.ts';
import { CouldNotTell, Parts } from './parts.ts';

/** Characters of `observed`; the raw answer has all of it. */
const observedLimit = 2_000;

const verdict =
  (status: Status) =>
  (words: Text, observed = '', proves: readonly Proof[] = []): Verdict => ({
    status,
    words,
    observed: observed.length > observedLimit ? `${observed.slice(0, observedLimit)} …` : observed,
    proves,
  });

export const pass = verdict('pass');
export const fail = verdict('fail');
export const notApplicable = verdict('not applicable');
export const notEvaluated = verdict('not evaluated');
const error = verdict('error');

type Answered = (question: Question) => Parts;

/** A check of a host whose answers are read in parts. What is missing, cut off or strange is an error, never a pass. */
export function hostCheck({
  judge,
  ...check
}: Omit<Check, 'evaluate'> & { readonly judge: (answered: Answered, context: CheckContext) => Verdict }): Check {
  return {
    ...check,
    evaluate: (context) => {
      try {
        return judge(({ name }) => new Parts(name, context.answers.get(name)), context);
      } catch (cause) {
        if (cause instanceof CouldNotTell) return error(cause.words);
        const reason = messageOf(cause);
        return error({ nb: `Svaret kunne ikke leses: ${reason}`, en: `The answer could not be read: ${reason}` });
      }
    },
  };
}

/** Sentences in one text. */
export const join = (...texts: readonly (Text | null)[]): Text => {
  const given = texts.filter((text) => text !== null);
  return { nb: given.map(({ nb }) => nb).join(' '), en: given.map(({ en }) => en).join(' ') };
};
