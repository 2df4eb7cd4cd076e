import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';
import { figure, table } from '../../pages/picture.ts';
import type { Audit } from '../audit.ts';
import type { Destination } from '../destinations/destination.ts';
import { localRing } from '../destinations/policy.ts';
import { holderName } from './country-names.ts';
import { flowsPicture } from './flows.ts';
import { bytes, noPictureWords, plain } from './format.ts';

const words = {
  title: { nb: 'Hvor trafikken gikk', en: 'Where the traffic went' },
  lead: {
    nb: 'Alle adresser som vertene og containerne sendte til siden tellingen begynte. Adresser som verken en tjeneste eller landene i regelverket tillater, står øverst.',
    en: 'All addresses that the hosts and their containers sent to since counting began. Addresses that the policy allows neither as a service nor by country come first.',
  },
  caption: { nb: 'Mottakeradresser', en: 'Destinations' },
  who: { nb: 'Hvem', en: 'Who' },
  address: { nb: 'Til', en: 'To' },
  country: { nb: 'Innehavers land', en: 'Holder’s country' },
  kind: { nb: 'Slag', en: 'Kind' },
  bytes: { nb: 'Sendt, mottatt', en: 'Sent, received' },
  allowed: { nb: 'Tillatt av', en: 'Allowed by' },
  seen: { nb: 'Først og sist sett', en: 'First and last seen' },
  nothing: { nb: '✗ ingenting', en: '✗ nothing' },
  nobody: { nb: 'ukjent program', en: 'unknown program' },
} as const satisfies Record<string, Text>;

const kindWords: Readonly<Record<Destination['kind'], Text>> = {
  'supply chain': { nb: 'leveransekjede', en: 'supply chain' },
  operations: { nb: 'drift', en: 'operations' },
  data: { nb: 'data', en: 'data' },
  unknown: { nb: 'ukjent', en: 'unknown' },
};

/** The country rings of an egress policy. Any other value is the name of a service. */
const rings: Readonly<Record<string, Text>> = {
  [localRing]: { nb: 'alltid tillatt', en: 'always allowed' },
  norway: { nb: 'slipper ut til: Norge', en: 'lets out to: Norway' },
  eea: { nb: 'slipper ut til: EØS', en: 'lets out to: EEA' },
  any: { nb: 'slipper ut til: alle land', en: 'lets out to: any country' },
};

export function destinations(audit: Audit, language: Language): Html {
  const columns = [words.who, words.address, words.country, words.kind, words.bytes, words.allowed, words.seen];
  const allowed = (destination: Destination): number => Number(destination.allowedBy !== null);
  const rows = audit.destinations.toSorted((a, b) => allowed(a) - allowed(b)).map((one) => row(one, language));
  return html`<section class="report fresh" aria-labelledby="destinations"><h2 id="destinations">${words.title[language]}</h2><p class="lead">${words.lead[language]}</p>
${figure(flowsPicture(audit, language), 'audit', noPictureWords[language])}${
  rows.length === 0
    ? null
    : html`<div class="destinations">${table(
        words.caption[language],
        columns.map((name) => name[language]),
        rows,
      )}</div>`
}</section>`;
}

function row(one: Destination, language: Language): readonly (Html | string)[] {
  const { host, address, port, protocol, name, holderCountry, who, kind, allowedBy, bytesOut, bytesIn } = one;
  const to =
    port === null ? plain(address) : `${address.includes(':') ? `[${plain(address)}]` : plain(address)}:${port}`;
  return [
    html`<strong>${plain(host)}</strong><br>${who === null ? words.nobody[language] : plain(who)}`,
    html`<code>${to}</code> ${plain(protocol)}${name === null ? null : html`<br>${plain(name)}`}`,
    holderName(address, holderCountry, language),
    html`<span class="word">${kindWords[kind][language]}</span>`,
    html`${bytes(bytesOut, language)}<br>${bytesIn === null ? '–' : bytes(bytesIn, language)}`,
    allowedBy === null
      ? html`<strong class="warning word">${words.nothing[language]}</strong>`
      : (rings[allowedBy]?.[language] ?? plain(allowedBy)),
    html`${one.firstSeen.slice(0, 10)}<br>${one.lastSeen.slice(0, 10)}`,
  ];
}
