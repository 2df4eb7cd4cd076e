import type { Language, Text } from '../../lib/text.ts';
import type { ChainState } from './chain.ts';
import type { Verification } from './verify.ts';

/** The result of a verification, in lines for people. */
export function verificationLines(verification: Verification, language: Language): readonly string[] {
  switch (verification.state) {
    case 'intact':
      return [
        words.intact[language],
        `  ${words.signedBy[language]}: ${verification.key}`,
        `  ${chainWords[verification.chain][language]}`,
      ];
    case 'changed': {
      const { file, expected, found } = verification.problem;
      return [
        `${words.changed[language]}: ${file}`,
        `  ${words.expected[language]}: ${expected[language]}`,
        `  ${words.found[language]}: ${found[language]}`,
      ];
    }
    case 'unclear':
      return [`${words.unclear[language]}: ${verification.reason[language]}`];
  }
}

const words = {
  intact: { nb: 'Beviset er uendret siden det ble signert.', en: 'The evidence is unchanged since it was signed.' },
  signedBy: { nb: 'signert med', en: 'signed by' },
  changed: { nb: 'Beviset er endret', en: 'The evidence was changed' },
  expected: { nb: 'ventet', en: 'expected' },
  found: { nb: 'fant', en: 'found' },
  unclear: { nb: 'Kan ikke si om beviset er uendret', en: 'Could not determine whether the evidence was changed' },
} as const satisfies Record<string, Text>;

const chainWords: Readonly<Record<ChainState, Text>> = {
  first: { nb: 'det sier selv at det er det første i kjeden', en: 'it says that it is the first of its chain' },
  follows: {
    nb: 'det bygger på det forrige beviset, som ligger her',
    en: 'it follows the previous evidence, which is here',
  },
  'not seen': {
    nb: 'det forrige beviset ligger ikke her: kjeden er ikke kontrollert (--previous)',
    en: 'the previous evidence is not here: the chain was not checked (--previous)',
  },
};
