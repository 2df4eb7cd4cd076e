import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import { figure, table } from '../../pages/picture.ts';
import type { Audit } from '../audit.ts';
import { compareColumns, type LocationStatement } from '../where/location.ts';
import { countryName } from './country-names.ts';
import { day, list, noPictureWords, plain } from './format.ts';
import type { ReportExtras } from './input.ts';
import { mapPicture } from './map.ts';

const words = {
  title: { nb: 'Hvor vertene er, i tre kolonner', en: 'Where the hosts are, in three columns' },
  lead: {
    nb: 'Hvem adressen er registrert på, hva fysikken utelukker, og hva nettet sier om seg selv, er tre ulike spørsmål. Svarene slås aldri sammen til ett land. Hvis de stemmer overens, er det et sterkt indisium. Hvis de ikke gjør det, er det et funn.',
    en: 'To whom the address is registered, what physics excludes, and what the network itself claims are three different questions. The answers are never merged into one country. If they agree, that is strong evidence. If they conflict, that is a finding.',
  },
  caption: { nb: 'Offentlige adresser', en: 'Public addresses' },
  address: { nb: 'Adresse', en: 'Address' },
  jurisdiction: { nb: 'Jurisdiksjon: hvem den er registrert på', en: 'Jurisdiction: whom it is registered to' },
  physics: { nb: 'Fysikk: hva svartid utelukker', en: 'Physics: what round trips exclude' },
  selfClaim: { nb: 'Egenerklæring: hva nettet sier', en: 'Self-claim: what the network says' },
  together: { nb: 'Stemmer de?', en: 'Do they agree?' },
  holder: { nb: 'Innehaver', en: 'Holder' },
  provider: { nb: 'Leverandør (oppgitt)', en: 'Provider (declared)' },
  parent: { nb: 'Eier (oppgitt)', en: 'Owner (declared)' },
  unknown: { nb: 'ikke kjent', en: 'not known' },
  noRecord: { nb: 'i ingen registerpost', en: 'in no record' },
  notMeasured: { nb: 'ikke målt', en: 'not measured' },
  excluded: { nb: 'Utelukket', en: 'Excluded' },
  open: { nb: 'Ikke utelukket', en: 'Not excluded' },
  none: { nb: 'ingen by i listen', en: 'no city in the list' },
  noClaim: { nb: 'ingen erklæring', en: 'no claim' },
  missing: {
    nb: 'De tre kolonnene er ikke med i denne rapporten.',
    en: 'The three columns are not part of this report.',
  },
  noAnswer: {
    nb: 'Verten svarte ikke på hvilke adresser den har.',
    en: 'The host did not say which addresses it has.',
  },
  noPublic: { nb: 'Ingen offentlig adresse er kjent.', en: 'No public address is known.' },
} as const satisfies Record<string, Text>;

const states: Readonly<Record<ReturnType<typeof compareColumns>['state'], Text>> = {
  agreement: { nb: '✓ Stemmer overens', en: '✓ They agree' },
  conflict: { nb: '✗ Motsier hverandre', en: '✗ They conflict' },
  incomplete: { nb: '? For lite opplyst', en: '? Too little information' },
};

export function locations(audit: Audit, { locations: given }: ReportExtras, language: Language): Html {
  const rows = [...(given ?? [])].flatMap(([host, statements]) => rowsOf(host, statements, language));
  const columns = [words.address, words.jurisdiction, words.physics, words.selfClaim, words.together];
  return html`<section class="report fresh" aria-labelledby="location"><h2 id="location">${words.title[language]}</h2><p class="lead">${words.lead[language]}</p>
<div class="prose-table">${
    rows.length === 0
      ? html`<p class="why">${words.missing[language]}</p>`
      : table(
          words.caption[language],
          columns.map((name) => name[language]),
          rows,
        )
  }</div>
${figure(mapPicture(audit, given, language), 'audit', noPictureWords[language])}</section>`;
}

type Row = readonly (Html | string)[];

function rowsOf(host: string, statements: readonly LocationStatement[] | null, language: Language): Row[] {
  const none = (why: Text): Row[] => [[html`<strong>${plain(host)}</strong>`, why[language], '–', '–', '–']];
  if (statements === null) return none(words.noAnswer);
  if (statements.length === 0) return none(words.noPublic);
  return statements.map((statement) => [
    html`<strong>${plain(host)}</strong><br><code>${plain(statement.address)}</code>`,
    jurisdiction(statement, language),
    physics(statement, language),
    selfClaim(statement, language),
    states[compareColumns(statement).state][language],
  ]);
}

function jurisdiction({ jurisdiction: stated }: LocationStatement, language: Language): Html {
  const { holderCountry, asn, asnCountry, declaredOwner, parent } = stated;
  const unknown = words.unknown[language];
  const lines: readonly (readonly [string, string])[] = [
    [words.holder[language], holderCountry === null ? words.noRecord[language] : countryName(holderCountry, language)],
    ...(asn === null ? [] : [[`AS${asn}`, asnCountry === null ? unknown : countryName(asnCountry, language)] as const]),
    [
      words.provider[language],
      declaredOwner === null
        ? unknown
        : `${plain(declaredOwner.name)}, ${countryName(declaredOwner.country, language)}`,
    ],
    [words.parent[language], parent === null ? unknown : countryName(parent, language)],
  ];
  return pairs(lines);
}

function physics({ physics: measured }: LocationStatement, language: Language): Html {
  if (measured === null) return html`${words.notMeasured[language]}`;
  const names = (excluded: boolean): string => {
    const cities = measured.cities.filter((city) => city.excluded === excluded).map(({ name }) => plain(name));
    return cities.length === 0 ? words.none[language] : list(cities, language);
  };
  return html`${pairs([
    [words.excluded[language], names(true)],
    [words.open[language], names(false)],
  ])}<p class="muted">${day(measured.at, language)}</p>`;
}

function selfClaim({ selfClaim: claim }: LocationStatement, language: Language): string {
  if (claim?.country == null) return words.noClaim[language];
  return [claim.city, countryName(claim.country, language)]
    .flatMap((part) => part ?? [])
    .map(plain)
    .join(', ');
}

const pairs = (lines: readonly (readonly [string, string])[]): Html =>
  html`<dl class="pairs">${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
