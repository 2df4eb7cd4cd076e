import { messageOf } from '../../lib/errors.ts';
import { withEnvironment } from '../../lib/own-command.ts';
import type { Text } from '../../lib/text.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import type { Check, CheckContext, EnvironmentCheck, EnvironmentContext, Judgement } from '../check.ts';
import { error, join } from '../checks/judgement.ts';
import { CouldNotTell } from '../checks/parts.ts';
import type { Finding } from '../finding.ts';
import { rawPath } from './answers.ts';

/** Characters. An observation is a line in a report. The raw output has all of it. */
const longestObserved = 2000;

/** Runs all checks on one host. Pure. */
export const evaluate = (checks: readonly Check[], context: CheckContext): Finding[] =>
  checks.map((check) => findingOf(check, judgementOf(check, context), context, context.host.name));

/** The host of a finding about the environment as a whole. */
const noHost = '';

/** Runs the checks that are not about a host, once. */
export const evaluateEnvironment = (checks: readonly EnvironmentCheck[], context: EnvironmentContext): Finding[] =>
  checks.map((check) => findingOf(check, judgementOf(check, context), context, noHost));

type Judging<Context> = Pick<Check, 'questions'> & { readonly evaluate: (context: Context) => Judgement };

/** Returns a check's judgement. A check that breaks becomes an error in the report, never a pass. */
export function judgementOf<Context>(check: Judging<Context>, context: Context): Judgement {
  try {
    return withEvidence(check.evaluate(context));
  } catch (cause) {
    return error(cause instanceof CouldNotTell ? cause.words : brokenWords(check, messageOf(cause)));
  }
}

const brokenWords = ({ questions }: Pick<Check, 'questions'>, reason: string): Text =>
  questions.length > 0
    ? { nb: `Svaret kunne ikke leses: ${reason}`, en: `The answer could not be read: ${reason}` }
    : { nb: `Kontrollen selv gikk galt: ${reason}`, en: `The check itself failed: ${reason}` };

/**
 * A pass is based on something that was seen. Without it, nobody could distinguish the check from one that did not
 * look.
 */
function withEvidence(judgement: Judgement): Judgement {
  if (judgement.status !== 'pass' || judgement.observed.trim() !== '') return judgement;
  const limit = { nb: 'Ingenting ble sett som viser det.', en: 'Nothing was seen that shows it.' };
  return { ...judgement, status: 'not evaluated', words: join(judgement.words, limit), proves: [] };
}

function findingOf(
  check: Check,
  judgement: Judgement,
  { environment, now }: EnvironmentContext,
  host: string,
): Finding {
  const { id, chapter, title, expected, basis, questions, reads } = check;
  return {
    ...{ id, chapter, title, expected },
    host,
    status: judgement.status,
    words: { nb: withEnvironment(judgement.words.nb), en: withEnvironment(judgement.words.en) },
    observed: judgement.observed.slice(0, longestObserved),
    command: questions.length === 0 ? (reads ?? '') : questions.map(({ command }) => command.script).join('\n'),
    at: now.toISOString(),
    proves: [...judgement.proves],
    basis: [...basis],
    evidence: questions.map(({ name }) => rawPath(host, name)),
    waiver: judgement.status === 'fail' ? waiverOf(id, host, environment) : null,
  };
}

/** The waiver that lasts longest, even if it has expired: that somebody once accepted a failure is also a fact. */
function waiverOf(id: string, host: string, { audit }: Environment): Finding['waiver'] {
  const [longest] = audit.waivers
    .filter((candidate) => candidate.finding === id && (candidate.host ?? host) === host)
    .toSorted((a, b) => (a.expires < b.expires ? 1 : -1));
  if (longest === undefined) return null;
  const { by, reason, expires } = longest;
  return { ...(by !== undefined && { by }), reason, expires };
}
