import type { Text } from '../lib/text.ts';

/**
 * The 27 members of the European Union, as ISO 3166 codes, without GB since 2020-02-01. The code of Greece is GR, not
 * EL.
 */
const union = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

/**
 * The sets that an environment may name. `norway` is part of `eea`, so a host that keeps to `norway` also stays
 * within the limit that the law sets.
 *
 * Each code is counted on its own. SJ (Svalbard and Jan Mayen) and BV (Bouvet Island) are in neither set: see
 * `territories`. Nor are codes of overseas or autonomous parts of members (AX, GP, GF, MQ, RE, YT, MF), nor `EU`. Being
 * strict is safe: it leads to a finding that a person looks at.
 */
export const countrySets: Readonly<Record<'norway' | 'eea', readonly string[]>> = {
  norway: ['NO'],
  eea: [...union, 'IS', 'LI', 'NO'].sort(),
};
export type CountrySet = keyof typeof countrySets;

/** Codes in records of holders in several countries, or in an unknown one. Such a record gives no country. */
const noOneCountry: ReadonlySet<string> = new Set(['AP', 'EU', 'ZZ']);

export const oneCountry = (code: string | null): string | null =>
  code === null || noOneCountry.has(code) ? null : code;

export const isIn = (set: CountrySet, country: string): boolean => countrySets[set].includes(country);

/** The name of a set in a sentence. */
export const countrySetNames: Readonly<Record<CountrySet, Text>> = {
  norway: { nb: 'Norge', en: 'Norway' },
  eea: { nb: 'EØS', en: 'the EEA' },
};

/**
 * The rule for SJ and BV, for the report.
 *
 * Read: protocol 40 of the EEA Agreement, by which Norway may exempt Svalbard; Datatilsynet's text of the former
 * personal data regulations, §§ 1-4 and 1-5 (the act of 2000 applied on Svalbard and Jan Mayen); Prop. 56 LS
 * (2017-2018) chapter 5; the preamble of regulation 2018-06-15 no. 876 (issued under § 4 fourth paragraph of the act of
 * 2018). Not read: the sections of that regulation, so the report does not say how the act of 2018 applies there; any
 * text on Bouvet Island.
 */
export const territories: Text = {
  nb: 'Kodene SJ (Svalbard og Jan Mayen) og BV (Bouvetøya) regnes verken som Norge eller som EØS. EØS-avtalens protokoll 40 lar Norge holde Svalbard utenfor, og koden SJ skiller ikke Svalbard fra Jan Mayen. Slike adresser blir et funn som et menneske må vurdere.',
  en: 'The codes SJ (Svalbard and Jan Mayen) and BV (Bouvet Island) count neither as Norway nor as the EEA. Protocol 40 of the EEA Agreement lets Norway keep Svalbard outside it, and the code SJ does not tell Svalbard from Jan Mayen. Such addresses become a finding that a person must judge.',
};
