import type { Destination } from '../destinations/destination.ts';
import type { Finding, Status } from '../finding.ts';
import type { Language, Text } from '../text.ts';
import { type AuditDifference, isEmpty } from './diff.ts';
import { oneLine } from './printable.ts';

/** What is different, in lines for people. */
export function diffLines(difference: AuditDifference, language: Language): readonly string[] {
  if (isEmpty(difference)) return [words.same[language]];
  const { hosts, rulesChanged } = difference;
  const status = (name: Status) => statusWords[name][language];
  const finding = ({ id, host, title }: Finding) => oneLine(`${host ? `${host} ` : ''}${id} (${title[language]})`);
  const place = (destination: Destination) => describe(destination, language);
  const section = (title: Text, lines: readonly string[]) =>
    lines.length === 0 ? [] : [title[language], ...lines.map((line) => `  ${line}`)];
  return [
    ...(rulesChanged ? [words.rules[language]] : []),
    ...section(words.hostsAdded, hosts.added.map(oneLine)),
    ...section(words.hostsLeft, hosts.left.map(oneLine)),
    ...section(
      words.changed,
      difference.changed.map(({ from, to }) => `${status(from.status)} → ${status(to.status)}  ${finding(to)}`),
    ),
    ...section(
      words.appeared,
      difference.appeared.map((item) => `${status(item.status)}  ${finding(item)}`),
    ),
    ...section(
      words.went,
      difference.went.map((item) => `${status(item.status)}  ${finding(item)}`),
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

function describe({ host, address, port, protocol, name, holderCountry, who }: Destination, language: Language) {
  const to = port === null ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const country = holderCountry ?? words.unknownCountry[language];
  return oneLine(
    [`${host} → ${to}/${protocol}`, ...(name === null ? [] : [name]), country, ...(who === null ? [] : [who])].join(
      '  ',
    ),
  );
}

export const statusWords: Readonly<Record<Status, Text>> = {
  pass: { nb: 'bestått', en: 'pass' },
  fail: { nb: 'ikke bestått', en: 'fail' },
  'not applicable': { nb: 'ikke relevant', en: 'not applicable' },
  'not evaluated': { nb: 'ikke vurdert', en: 'not evaluated' },
  error: { nb: 'feil under kontrollen', en: 'error' },
};

const words = {
  same: { nb: 'Ingen forskjell.', en: 'No difference.' },
  rules: {
    nb: 'Reglene er endret: funn kan ha kommet eller gått av den grunn alene.',
    en: 'The rules have changed: findings may have come or gone for that reason alone.',
  },
  hostsAdded: { nb: 'Nye verter i revisjonen', en: 'Hosts that are new in the audit' },
  hostsLeft: {
    nb: 'Verter som ikke lenger er med: funnene deres er borte, men ikke utbedret',
    en: 'Hosts that are no longer in it: their findings are gone, not mended',
  },
  changed: { nb: 'Endret status', en: 'Changed status' },
  appeared: { nb: 'Nye funn', en: 'New findings' },
  went: { nb: 'Funn som ikke er med lenger', en: 'Findings that are no longer there' },
  newDestinations: { nb: 'Nye mottakeradresser', en: 'New destinations' },
  goneDestinations: { nb: 'Mottakeradresser som ikke er med lenger', en: 'Destinations that are no longer there' },
  grown: { nb: 'Mer trafikk ut', en: 'More traffic out' },
  recounted: {
    nb: 'Tellingen har begynt på nytt: veksten er ikke kjent',
    en: 'Counting began anew: growth is not known',
  },
  unknownCountry: { nb: 'ukjent land', en: 'country not known' },
} as const satisfies Record<string, Text>;
