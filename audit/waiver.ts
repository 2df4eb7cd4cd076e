import type { Language, Text } from '../lib/text.ts';
import type { Finding } from './finding.ts';
import { hasExpired } from './outcome.ts';
import { day } from './report/format.ts';

type Waiver = NonNullable<Finding['waiver']>;

/**
 * Until when a failure is or was accepted, seen from the time of an audit, and by whom. Does not include the reason.
 */
export function acceptance({ by, expires }: Waiver, at: string, language: Language): string {
  const verb = hasExpired(expires, at) ? words.wasAccepted : words.accepted;
  const until = `${verb[language]} ${day(expires, language)}`;
  return by === undefined ? until : `${until}, ${words.by[language]} ${by}`;
}

const words = {
  accepted: { nb: 'akseptert til og med', en: 'accepted through' },
  wasAccepted: { nb: 'var akseptert til og med', en: 'was accepted through' },
  by: { nb: 'av', en: 'by' },
} as const satisfies Record<string, Text>;
