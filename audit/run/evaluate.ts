import { messageOf } from '../../lib/errors.ts';
import { withEnvironment } from '../../lib/own-command.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import type { Check, CheckContext, EnvironmentCheck, EnvironmentContext, Verdict } from '../check.ts';
import { join } from '../checks/verdict.ts';
import type { Finding } from '../finding.ts';
import { rawPath } from './answers.ts';

/** What is observed is a line in a report; all of it is in the raw output. */
const longestObserved = 2000;

/** Every check on one host. A check that breaks is an error in the report, and never a pass. Pure. */
export const evaluate = (checks: readonly Check[], context: CheckContext): Finding[] =>
  findingsOf(checks, (check) => check.evaluate(context), context, context.host.name);

/** The host of a finding about the environment as a whole. */
const noHost = '';

/** What is about no host, once. */
export const evaluateEnvironment = (checks: readonly EnvironmentCheck[], context: EnvironmentContext): Finding[] =>
  findingsOf(checks, (check) => check.evaluate(context), context, noHost);

const findingsOf = <Kind extends Check>(
  checks: readonly Kind[],
  evaluateCheck: (check: Kind) => Verdict,
  context: EnvironmentContext,
  host: string,
): Finding[] =>
  checks.map((check) => {
    const verdict = verdictOf(() => evaluateCheck(check));
    return findingOf(check, verdict, context, host);
  });

function verdictOf(evaluateCheck: () => Verdict): Verdict {
  try {
    return withEvidence(evaluateCheck());
  } catch (error) {
    const reason = messageOf(error);
    return {
      status: 'error',
      words: { nb: `Kontrollen selv gikk galt: ${reason}`, en: `The check itself went wrong: ${reason}` },
      observed: '',
      proves: [],
    };
  }
}

/** A pass rests on something that was seen. Where a check shows nothing, nobody can tell it from one that did not look. */
function withEvidence(verdict: Verdict): Verdict {
  if (verdict.status !== 'pass' || verdict.observed.trim() !== '') return verdict;
  const limit = { nb: 'Ingenting ble sett som viser det.', en: 'Nothing was seen that shows it.' };
  return { ...verdict, status: 'not evaluated', words: join(verdict.words, limit), proves: [] };
}

function findingOf(check: Check, verdict: Verdict, { environment, now }: EnvironmentContext, host: string): Finding {
  const { id, chapter, title, expected, basis, questions, reads } = check;
  return {
    ...{ id, chapter, title, expected },
    host,
    status: verdict.status,
    words: { nb: withEnvironment(verdict.words.nb), en: withEnvironment(verdict.words.en) },
    observed: verdict.observed.slice(0, longestObserved),
    command: questions.length === 0 ? (reads ?? '') : questions.map(({ command }) => command.script).join('\n'),
    at: now.toISOString(),
    proves: [...verdict.proves],
    basis: [...basis],
    evidence: questions.map(({ name }) => rawPath(host, name)),
    waiver: verdict.status === 'fail' ? waiverOf(id, host, environment) : null,
  };
}

/** The one that holds longest, also where it has run out: that somebody once accepted a failure is a fact, too. */
function waiverOf(id: string, host: string, { audit }: Environment): Finding['waiver'] {
  const [longest] = audit.waivers
    .filter((candidate) => candidate.finding === id && (candidate.host ?? host) === host)
    .toSorted((a, b) => (a.expires < b.expires ? 1 : -1));
  if (longest === undefined) return null;
  const { by, reason, expires } = longest;
  return { ...(by !== undefined && { by }), reason, expires };
}
