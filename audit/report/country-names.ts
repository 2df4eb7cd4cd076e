import type { Language, Text } from '../../lib/text.ts';
import { isLocal } from '../destinations/policy.ts';
import { plain } from './format.ts';

const country = (nb: string, en: string, map = en): Text & { readonly map: string } => ({ nb, en, map });

/**
 * The EEA, and other countries that often hold addresses. `map` is the name in Natural Earth. A country that is not in
 * this list is shown by its code, and is not coloured on the map.
 */
const names: Readonly<Record<string, Text & { readonly map: string }>> = {
  AT: country('Østerrike', 'Austria'),
  AU: country('Australia', 'Australia'),
  BE: country('Belgia', 'Belgium'),
  BG: country('Bulgaria', 'Bulgaria'),
  BR: country('Brasil', 'Brazil'),
  BV: country('Bouvetøya', 'Bouvet Island', ''),
  CA: country('Canada', 'Canada'),
  CH: country('Sveits', 'Switzerland'),
  CN: country('Kina', 'China'),
  CY: country('Kypros', 'Cyprus'),
  CZ: country('Tsjekkia', 'Czechia'),
  DE: country('Tyskland', 'Germany'),
  DK: country('Danmark', 'Denmark'),
  EE: country('Estland', 'Estonia'),
  ES: country('Spania', 'Spain'),
  FI: country('Finland', 'Finland'),
  FR: country('Frankrike', 'France'),
  GB: country('Storbritannia', 'United Kingdom'),
  GR: country('Hellas', 'Greece'),
  HK: country('Hongkong', 'Hong Kong'),
  HR: country('Kroatia', 'Croatia'),
  HU: country('Ungarn', 'Hungary'),
  IE: country('Irland', 'Ireland'),
  IL: country('Israel', 'Israel'),
  IN: country('India', 'India'),
  IS: country('Island', 'Iceland'),
  IT: country('Italia', 'Italy'),
  JP: country('Japan', 'Japan'),
  KR: country('Sør-Korea', 'South Korea'),
  LI: country('Liechtenstein', 'Liechtenstein'),
  LT: country('Litauen', 'Lithuania'),
  LU: country('Luxembourg', 'Luxembourg'),
  LV: country('Latvia', 'Latvia'),
  MT: country('Malta', 'Malta'),
  NL: country('Nederland', 'Netherlands'),
  NO: country('Norge', 'Norway'),
  PL: country('Polen', 'Poland'),
  PT: country('Portugal', 'Portugal'),
  RO: country('Romania', 'Romania'),
  RS: country('Serbia', 'Serbia'),
  RU: country('Russland', 'Russia'),
  SE: country('Sverige', 'Sweden'),
  SG: country('Singapore', 'Singapore'),
  SI: country('Slovenia', 'Slovenia'),
  SJ: country('Svalbard og Jan Mayen', 'Svalbard and Jan Mayen', ''),
  SK: country('Slovakia', 'Slovakia'),
  TR: country('Tyrkia', 'Turkey'),
  TW: country('Taiwan', 'Taiwan'),
  UA: country('Ukraina', 'Ukraine'),
  US: country('USA', 'USA', 'United States of America'),
};

const local: Text = { nb: 'privat eller lokalt nett', en: 'private or local network' };
const unknown: Text = { nb: 'ukjent land', en: 'country not known' };

/** The text instead of a country: a private address has no holder on the internet, which is different from unknown. */
export const withoutHolder = (address: string): Text => (isLocal(address) ? local : unknown);

/** Name with code, so that two people who look it up find the same country. */
export function countryName(code: string | null, language: Language): string {
  if (code === null) return unknown[language];
  const name = names[code]?.[language];
  return name === undefined ? plain(code) : `${name} (${code})`;
}

/** The country of an address's holder. */
export const holderName = (address: string, country: string | null, language: Language): string =>
  country === null || isLocal(address) ? withoutHolder(address)[language] : countryName(country, language);

/** The country's name on the map. Null if the map has no name for it. */
export const mapName = (code: string): string | null => names[code]?.map || null;
