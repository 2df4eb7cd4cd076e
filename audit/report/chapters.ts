import type { Text } from '../../lib/text.ts';
import type { Chapter, Proof } from '../finding.ts';

export const chapterWords: Readonly<Record<Chapter, Text>> = {
  where: { nb: 'Hvor dataene er', en: 'Where the data is' },
  destinations: { nb: 'Hvor dataene kan ta veien', en: 'Where the data can go' },
  egress: { nb: 'Kontroll med utgående trafikk', en: 'Control of outgoing traffic' },
  addresses: { nb: 'Adressedata', en: 'Address data' },
  access: { nb: 'Hvem som har tilgang', en: 'Who has access' },
  controls: { nb: 'Avtaler og tiltak', en: 'Agreements and measures' },
};

export const proofWords: Readonly<Record<Proof, Text>> = {
  running: { nb: 'slik er det nå', en: 'it is so now' },
  persistent: { nb: 'satt opp til å forbli slik', en: 'configured to stay so' },
  'after reboot': { nb: 'var slik igjen etter omstart', en: 'it was so again after a reboot' },
};
