import type { Audit } from '../audit.ts';
import type { Finding } from '../finding.ts';
import { type Outcome, outcomeOf, outcomes, outcomeWords } from '../outcome.ts';
import type { Language, Text } from '../text.ts';
import { acceptance } from '../waiver.ts';
import { list, moment, number } from './format.ts';
import { limitSubjects } from './limits.ts';
import { capital, count, levels, signs } from './outcome.ts';
import { plain } from './plain.ts';

const words = {
  noFinding: { nb: 'Ingenting er kontrollert.', en: 'Nothing was checked.' },
  excluded: { nb: 'Ikke revidert', en: 'Not audited' },
  cannot: { nb: 'Kan ikke vises herfra', en: 'What cannot be shown from here' },
} as const satisfies Record<string, Text>;

/** SGR parameters of ECMA-48. */
const shades = { good: 32, fair: 33, bad: 31, unknown: 2 } as const;

/**
 * An audit for the terminal: the counts, then each finding that is no pass, what needs a look first. Colour adds
 * nothing that the words do not say. What a host sent is shown without control characters.
 */
export function describeAudit(audit: Audit, language: Language, color = false): string {
  const paint = (outcome: Outcome, text: string): string =>
    color ? `\u001b[${shades[levels[outcome]]}m${text}\u001b[0m` : text;
  const { environment, at, findings, scope } = audit;
  const counts = outcomes.flatMap((outcome) => {
    const amount = count(audit, outcome);
    const text = `${signs[outcome]} ${number(amount, language)} ${outcomeWords[outcome][language]}`;
    return amount === 0 ? [] : [paint(outcome, text)];
  });
  const shown = outcomes.filter((outcome) => outcome !== 'pass' && outcome !== 'not applicable');
  return [
    `${plain(environment)}, ${moment(at, language)}`,
    findings.length === 0 ? words.noFinding[language] : counts.join('  '),
    ...scope.excluded.map(({ host, reason }) => `! ${words.excluded[language]}: ${plain(host)}: ${plain(reason)}`),
    ...shown.flatMap((outcome) =>
      findings
        .filter((finding) => outcomeOf(finding, at) === outcome)
        .map((finding) => `  ${paint(outcome, signs[outcome])} ${line(finding, at, language)}`),
    ),
    `${words.cannot[language]}: ${list(limitSubjects(language), language).toLowerCase()}.`,
  ].join('\n');
}

function line({ id, host, words: said, waiver }: Finding, at: string, language: Language): string {
  const where = host === '' ? id : `${plain(host)} ${id}`;
  if (waiver === null) return `${where}: ${plain(said[language])}`;
  return `${where}: ${plain(said[language])} ${capital(plain(acceptance(waiver, at, language)))}: ${plain(waiver.reason)}`;
}
