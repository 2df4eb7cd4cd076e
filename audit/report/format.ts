import { oneLine, printableLines } from '../../lib/printable.ts';
import type { Language, Text } from '../../lib/text.ts';
import { notAskedFor } from '../audit.ts';

/**
 * Numbers and dates as each language writes them. The tables are part of this file because ICU's differ between
 * machines, and the same audit must give the same bytes.
 */
const months: Readonly<Record<Language, readonly string[]>> = {
  nb: 'januar februar mars april mai juni juli august september oktober november desember'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
};
const decimalSign: Readonly<Record<Language, string>> = { nb: ',', en: '.' };
/** No-break, so that a number stays on its line. */
const groupSign: Readonly<Record<Language, string>> = { nb: '\u00a0', en: ',' };

/** `1 234,5` or `1,234.5`. */
export function number(value: number, language: Language, decimals = 0): string {
  const [whole = '', part] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, groupSign[language]);
  return `${value < 0 ? '−' : ''}${grouped}${part === undefined ? '' : decimalSign[language] + part}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** An amount of traffic, in powers of 1000. At most three digits if there is a fraction. */
export function bytes(value: number, language: Language): string {
  let [scaled, power] = [value, 0];
  while (scaled >= 999.5 && power < units.length - 1) [scaled, power] = [scaled / 1000, power + 1];
  const decimals = power === 0 || scaled >= 99.95 ? 0 : 1;
  return `${number(scaled, language, decimals)}\u00a0${units[power]}`;
}

/** `23. november 2026` or `23 November 2026`, for an ISO date or time. Days are in UTC. */
export function day(iso: string, language: Language): string {
  const at = new Date(iso);
  const parts = [at.getUTCDate(), months[language][at.getUTCMonth()], at.getUTCFullYear()] as const;
  return language === 'nb' ? `${parts[0]}. ${parts[1]} ${parts[2]}` : parts.join(' ');
}

/** With the time to the minute. It names UTC, so that everybody reads the same time. */
export function moment(iso: string, language: Language): string {
  const at = new Date(iso);
  const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()].map((part) => String(part).padStart(2, '0'));
  return language === 'nb'
    ? `${day(iso, language)} kl. ${hour}.${minute} UTC`
    : `${day(iso, language)}, ${hour}:${minute} UTC`;
}

const lengths = [
  [86_400, { nb: ['dag', 'dager'], en: ['day', 'days'] }],
  [3600, { nb: ['time', 'timer'], en: ['hour', 'hours'] }],
  [60, { nb: ['minutt', 'minutter'], en: ['minute', 'minutes'] }],
  [1, { nb: ['sekund', 'sekunder'], en: ['second', 'seconds'] }],
] as const;

/** A length of time in the largest unit of which it is a whole number. */
export function duration(seconds: number, language: Language): string {
  const [length, names] = lengths.find(([unit]) => seconds >= unit && seconds % unit === 0) ?? lengths[3];
  const amount = seconds / length;
  return `${number(amount, language)} ${names[language][amount === 1 ? 0 : 1]}`;
}

const and: Readonly<Record<Language, string>> = { nb: 'og', en: 'and' };

export const list = (words: readonly string[], language: Language): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${and[language]} ${words.at(-1)}`;

const notAskedForWords: Text = { nb: 'ikke valgt', en: 'not asked for' };

/** Why a host was not audited. An error's message has one language only. */
export const exclusion = (reason: string, language: Language): string =>
  reason === notAskedFor ? notAskedForWords[language] : plain(reason);

/** Shown instead of a picture. */
export const noPictureWords: Text = { nb: 'Ingen figur.', en: 'No picture.' };

/** Output of a host or a file, in one line. `html` escapes markup; this handles what harms without markup. */
export const plain = oneLine;

/** The same if line ends and columns matter. */
export const plainLines = (text: string): string => printableLines(text.replace(/^(\s*\n)+/, '').trimEnd()).join('\n');
