import type { Line } from '../../lib/terminal.ts';
import type { Language, Text } from '../../lib/text.ts';
import type { Audit } from '../audit.ts';
import type { Finding } from '../finding.ts';
import { type Outcome, outcomeOf, outcomes, outcomeWords } from '../outcome.ts';
import { acceptance } from '../waiver.ts';
import { exclusion, list, moment, number, plain } from './format.ts';
import { limitSubjects } from './limits.ts';
import { capital, count, levels, signs } from './outcome.ts';

const words = {
  noFinding: { nb: 'Ingenting er kontrollert.', en: 'Nothing was checked.' },
  excluded: { nb: 'Ikke revidert', en: 'Not audited' },
  cannot: { nb: 'Kan ikke vises herfra', en: 'What cannot be shown from here' },
} as const satisfies Record<string, Text>;

/** An audit for the terminal: the counts, then each finding that is not a pass, most urgent first. */
export function describeAudit(audit: Audit, language: Language): readonly Line[] {
  const paint = (outcome: Outcome, text: string) => ({ shade: levels[outcome], text });
  const { environment, at, findings, scope } = audit;
  const counts = outcomes.flatMap((outcome) => {
    const amount = count(audit, outcome);
    const text = `${signs[outcome]} ${number(amount, language)} ${outcomeWords[outcome][language]}`;
    return amount === 0 ? [] : [paint(outcome, text)];
  });
  const shown = outcomes.filter((outcome) => outcome !== 'pass' && outcome !== 'not applicable');
  return [
    `${plain(environment)}, ${moment(at, language)}`,
    findings.length === 0
      ? words.noFinding[language]
      : counts.flatMap((piece, index) => (index === 0 ? [piece] : ['  ', piece])),
    ...scope.excluded.map(
      ({ host, reason }) => `! ${words.excluded[language]}: ${plain(host)}: ${exclusion(reason, language)}`,
    ),
    ...shown.flatMap((outcome) =>
      findings
        .filter((finding) => outcomeOf(finding, at) === outcome)
        .map((finding): Line => ['  ', paint(outcome, signs[outcome]), ` ${line(finding, at, language)}`]),
    ),
    `${words.cannot[language]}: ${list(limitSubjects(language), language).toLowerCase()}.`,
  ];
}

function line({ id, host, words: said, waiver }: Finding, at: string, language: Language): string {
  const where = host === '' ? id : `${plain(host)} ${id}`;
  if (waiver === null) return `${where}: ${plain(said[language])}`;
  return `${where}: ${plain(said[language])} ${capital(plain(acceptance(waiver, at, language)))}: ${plain(waiver.reason)}`;
}
