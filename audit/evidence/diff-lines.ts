import { oneLine } from '../../lib/printable.ts';
import type { Language, Text } from '../../lib/text.ts';
import type { Destination } from '../destinations/destination.ts';
import { type Outcome, outcomeWords } from '../outcome.ts';
import { withoutHolder } from '../report/country-names.ts';
import { acceptance } from '../waiver.ts';
import { type AuditDifference, isEmpty, type Rated } from './diff.ts';

/** The differences, in lines for people. */
export function diffLines(difference: AuditDifference, language: Language): readonly string[] {
  if (isEmpty(difference)) return [words.same[language]];
  const { hosts, rulesChanged } = difference;
  const outcome = (name: Outcome) => outcomeWords[name][language];
  const finding = (rated: Rated) => oneLine(describeFinding(rated, language));
  const place = (destination: Destination) => describe(destination, language);
  const section = (title: Text, lines: readonly string[]) =>
    lines.length === 0 ? [] : [title[language], ...lines.map((line) => `  ${line}`)];
  return [
    ...(rulesChanged ? [words.rules[language]] : []),
    ...section(words.hostsAdded, hosts.added.map(oneLine)),
    ...section(words.hostsLeft, hosts.left.map(oneLine)),
    ...section(
      words.changed,
      difference.changed.map(({ from, to }) => `${outcome(from.outcome)} → ${outcome(to.outcome)}  ${finding(to)}`),
    ),
    ...section(
      words.appeared,
      difference.appeared.map((item) => `${outcome(item.outcome)}  ${finding(item)}`),
    ),
    ...section(
      words.went,
      difference.went.map((item) => `${outcome(item.outcome)}  ${finding(item)}`),
    ),
    ...section(words.newDestinations, difference.newDestinations.map(place)),
    ...section(words.goneDestinations, difference.goneDestinations.map(place)),
    ...section(
      words.grown,
      difference.grown.map(({ destination, bytes }) => `${place(destination)}  +${bytes} byte`),
    ),
    ...section(words.recounted, difference.recounted.map(place)),
  ];
}

function describeFinding({ id, host, title, waiver, auditedAt }: Rated, language: Language): string {
  const name = `${host ? `${host} ` : ''}${id} (${title[language]})`;
  if (waiver === null) return name;
  return `${name}; ${acceptance(waiver, auditedAt, language)}: ${waiver.reason}`;
}

function describe({ host, address, port, protocol, name, holderCountry, who }: Destination, language: Language) {
  const to = port === null ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const country = holderCountry ?? withoutHolder(address)[language];
  return oneLine(
    [`${host} → ${to}/${protocol}`, ...(name === null ? [] : [name]), country, ...(who === null ? [] : [who])].join(
      '  ',
    ),
  );
}

const words = {
  same: { nb: 'Ingen forskjell.', en: 'No difference.' },
  rules: {
    nb: 'Reglene er endret: funn kan ha kommet eller gått av den grunn alene.',
    en: 'The rules have changed: findings may have come or gone for that reason alone.',
  },
  hostsAdded: { nb: 'Nye verter i revisjonen', en: 'New hosts in the audit' },
  hostsLeft: {
    nb: 'Verter som ikke lenger er med: funnene deres er borte, men ikke utbedret',
    en: 'Hosts that are no longer in the audit: their findings are gone, but not fixed',
  },
  changed: { nb: 'Endret status', en: 'Changed status' },
  appeared: { nb: 'Nye funn', en: 'New findings' },
  went: { nb: 'Funn som ikke er med lenger', en: 'Findings that are no longer there' },
  newDestinations: { nb: 'Nye mottakeradresser', en: 'New destinations' },
  goneDestinations: { nb: 'Mottakeradresser som ikke er med lenger', en: 'Destinations that are no longer there' },
  grown: { nb: 'Mer trafikk ut', en: 'More traffic out' },
  recounted: {
    nb: 'Tellingen har begynt på nytt: veksten er ikke kjent',
    en: 'Counting started again: the growth is not known',
  },
} as const satisfies Record<string, Text>;
