import type { Environment } from '../../provision/environment.ts';
import type { Text } from '../text.ts';

/** Svalbard and Jan Mayen (SJ) and Bouvet Island (BV) have codes of their own; here they count as Norway. */
const norway: ReadonlySet<string> = new Set(['NO', 'SJ', 'BV']);

/** The 27 members of the EU, and Iceland, Liechtenstein and Norway: EEA agreement, as of 2026. */
const eea: ReadonlySet<string> = new Set([
  ...norway,
  ...'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
]);

export type Region = Environment['audit']['region'];

/** Codes of the registries that are no country: held in several, or in one that is not told. */
const noCountry: ReadonlySet<string> = new Set(['EU', 'AP', 'ZZ']);

export const isCountry = (code: string | null): code is string => code !== null && !noCountry.has(code);
export const inEea = (country: string): boolean => eea.has(country);
export const inRegion = (country: string, region: Region): boolean =>
  region === 'norway' ? norway.has(country) : eea.has(country);

export const regionText: Readonly<Record<Region, Text>> = {
  norway: { nb: 'Norge', en: 'Norway' },
  eea: { nb: 'EØS', en: 'the EEA' },
};
