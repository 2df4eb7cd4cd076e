import type { Environment } from '../../provision/environment.ts';
import { messageOf } from '../../provision/errors.ts';
import type { Check, CheckContext, Verdict } from '../check.ts';
import type { Finding } from '../finding.ts';
import { rawPath } from './answers.ts';

/** What is observed is a line in a report; all of it is in the raw output. */
const longestObserved = 2000;

/** Every check on one host. A check that breaks is an error in the report, and never a pass. Pure. */
export const evaluate = (checks: readonly Check[], context: CheckContext): Finding[] =>
  checks.map((check) => findingOf(check, verdictOf(check, context), context));

function verdictOf(check: Check, context: CheckContext): Verdict {
  try {
    return check.evaluate(context);
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

function findingOf(check: Check, verdict: Verdict, { environment, host, now }: CheckContext): Finding {
  const { id, chapter, title, expected, basis, questions, reads } = check;
  return {
    ...{ id, chapter, title, expected },
    host: host.name,
    status: verdict.status,
    words: verdict.words,
    observed: verdict.observed.slice(0, longestObserved),
    command: questions.length === 0 ? (reads ?? '') : questions.map(({ command }) => command.script).join('\n'),
    at: now.toISOString(),
    proves: [...verdict.proves],
    basis: [...basis],
    evidence: questions.map(({ name }) => rawPath(host.name, name)),
    waiver: verdict.status === 'fail' ? waiverOf(id, host.name, environment, now) : null,
  };
}

/** A waiver holds through its last day, in UTC. */
function waiverOf(id: string, host: string, { audit }: Environment, now: Date): Finding['waiver'] {
  const today = now.toISOString().slice(0, 10);
  const waiver = audit.waivers.find(
    (candidate) => candidate.finding === id && (candidate.host ?? host) === host && candidate.expires >= today,
  );
  return waiver === undefined ? null : { reason: waiver.reason, expires: waiver.expires };
}
