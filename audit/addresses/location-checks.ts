import type { Check, CheckContext, Verdict } from '../check.ts';
import type { Status } from '../finding.ts';
import type { Text } from '../text.ts';
import { type CountrySet, countrySetNames, isIn } from './countries.ts';
import { hostAddressesQuestion, publicAddresses } from './host-addresses.ts';
import type { LocationInputs } from './inputs.ts';
import { compareColumns, type Jurisdiction, type LocationStatement } from './location.ts';
import { membershipsOf } from './members.ts';

/** The three columns for each public address of a host. Null where the host did not answer. */
export function locationStatements(context: CheckContext, inputs: LocationInputs): LocationStatement[] | null {
  const { asn = null } = context.environment.audit.network;
  const hosting = context.environment.audit.processors.find(({ role }) => role === 'hosting');
  return (
    publicAddresses(context)?.map((address) => ({
      address,
      jurisdiction: {
        holderCountry: inputs.addresses.country(address),
        asn,
        asnCountry: asn === null ? null : inputs.addresses.asnCountry(asn),
        declaredOwner: hosting ? { name: hosting.name, country: hosting.country } : null,
        parent: hosting?.parentCountry ?? null,
      },
      physics: inputs.physics.get(context.host.name) ?? null,
      selfClaim: inputs.geofeed?.claim(address) ?? null,
    })) ?? null
  );
}

/** Where is the host: each column by itself, then whether they agree. */
export const locationChecks = (inputs: LocationInputs): readonly Check[] => [
  {
    id: 'where/jurisdiction',
    chapter: 'where',
    title: { nb: 'Hvilken lov verten er underlagt', en: 'Whose law the host is under' },
    expected: {
      nb: 'Adressens innehaver, leverandøren og dens eier hører til innenfor egen grense.',
      en: 'The holder of the address, the provider and its owner belong inside your own limit.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 44', 'SOV-2'],
    questions: [hostAddressesQuestion],
    evaluate: (context) =>
      ofEach(context, inputs, (statement) => jurisdiction(statement, context.environment.audit.region)),
  },
  {
    id: 'where/excluded-cities',
    chapter: 'where',
    title: { nb: 'Hvor verten ikke kan stå', en: 'Where the host cannot be' },
    expected: {
      nb: 'Svartidene utelukker alle byer i listen som er utenfor egen grense.',
      en: 'The round trips exclude all cities in the list that are outside your own limit.',
    },
    basis: ['GDPR art. 44'],
    questions: [],
    reads: '.jernverk/bench',
    evaluate: ({ host, environment }) => physics(inputs, host.name, environment.audit.region),
  },
  {
    id: 'where/columns-agree',
    chapter: 'where',
    title: { nb: 'Register, fysikk og egen påstand stemmer overens', en: 'Registry, physics and self-claim agree' },
    expected: {
      nb: 'Minst to av de tre kolonnene sier noe, og ingen sier en annen imot.',
      en: 'At least two of the three columns say something, and none contradicts another.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 44'],
    questions: [hostAddressesQuestion],
    evaluate: (context) => ofEach(context, inputs, columns),
  },
  {
    id: 'where/exchange-member',
    chapter: 'where',
    title: { nb: 'Nettet er med på en norsk samtrafikk', en: 'The network is at a Norwegian exchange' },
    expected: {
      nb: 'Opplyses bare; det er ikke noe krav.',
      en: 'For information only; it is no requirement.',
    },
    basis: [],
    questions: [],
    reads: 'audit.network',
    evaluate: ({ environment }) => exchange(inputs, environment.audit.network.asn),
  },
];

interface Part {
  readonly status: Status;
  readonly words: Text;
}

/** The worst of the parts decides; an unknown one is never a pass. */
const worstFirst: readonly Status[] = ['fail', 'error', 'not evaluated', 'not applicable', 'pass'];

function ofEach(context: CheckContext, inputs: LocationInputs, judge: (statement: LocationStatement) => Part): Verdict {
  const statements = locationStatements(context, inputs);
  if (statements === null) {
    return verdict('error', {
      nb: 'Verten svarte ikke på hvilke adresser den har.',
      en: 'The host did not say which addresses it has.',
    });
  }
  if (statements.length === 0) {
    return verdict('not evaluated', {
      nb: 'Verten har bare private adresser, og miljøfilen når den ikke ved en offentlig: hvilken adresse den har utad, er ikke kjent.',
      en: 'The host has private addresses only, and the environment reaches it by none that is public: which address it has to the outside is not known.',
    });
  }
  const parts = statements.map(judge);
  const status = worstFirst.find((one) => parts.some((part) => part.status === one)) ?? 'not evaluated';
  const observed = statements.map(
    ({ address, jurisdiction: { holderCountry } }) => `${address} ${holderCountry ?? '-'}`,
  );
  return {
    ...verdict(status, sentences(parts.map(({ words }) => words))),
    observed: observed.join('\n'),
    proves: ['running'],
  };
}

function jurisdiction({ address, jurisdiction }: LocationStatement, region: CountrySet): Part {
  const limit = countrySetNames[region];
  const stated = partiesOf(jurisdiction);
  const outside = stated.filter(({ country }) => !isIn(region, country));
  const list = (language: 'nb' | 'en', of: typeof stated): string =>
    of.map(({ who, country }) => `${who[language]} ${country}`).join(', ');
  if (outside.length > 0) {
    return {
      status: 'fail',
      words: {
        nb: `${address}: utenfor egen grense (${limit.nb}): ${list('nb', outside)}. Loven der kan nå data som er lagret her.`,
        en: `${address}: outside your own limit (${limit.en}): ${list('en', outside)}. The law there may reach data that is stored here.`,
      },
    };
  }
  const unknown = [
    jurisdiction.holderCountry === null
      ? { nb: 'ingen registerpost har adressen', en: 'no registry record has the address' }
      : null,
    jurisdiction.declaredOwner === null
      ? { nb: 'leverandøren er ikke oppgitt', en: 'the provider is not declared' }
      : null,
    jurisdiction.declaredOwner !== null && jurisdiction.parent === null
      ? { nb: 'leverandørens eier er ikke oppgitt', en: "the provider's owner is not declared" }
      : null,
  ].filter((text) => text !== null);
  const known: Text = { nb: `${address}: ${list('nb', stated)}`, en: `${address}: ${list('en', stated)}` };
  if (unknown.length === 0) return { status: 'pass', words: { nb: `${known.nb}.`, en: `${known.en}.` } };
  const separator = stated.length === 0 ? '' : '; ';
  return {
    status: 'not evaluated',
    words: {
      nb: `${known.nb}${separator}${unknown.map(({ nb }) => nb).join(', ')}.`,
      en: `${known.en}${separator}${unknown.map(({ en }) => en).join(', ')}.`,
    },
  };
}

function partiesOf({
  holderCountry,
  asn,
  asnCountry,
  declaredOwner,
  parent,
}: Jurisdiction): { who: Text; country: string }[] {
  return [
    { who: { nb: 'innehaver av adressen', en: 'holder of the address' }, country: holderCountry },
    { who: { nb: `innehaver av AS${asn}`, en: `holder of AS${asn}` }, country: asnCountry },
    { who: { nb: 'leverandør (oppgitt)', en: 'provider (declared)' }, country: declaredOwner?.country ?? null },
    { who: { nb: 'leverandørens eier (oppgitt)', en: "provider's owner (declared)" }, country: parent },
  ].flatMap(({ who, country }) => (country === null ? [] : { who, country }));
}

const columns = (statement: LocationStatement): Part => {
  const { state, words } = compareColumns(statement);
  const status = { agreement: 'pass', conflict: 'fail', incomplete: 'not evaluated' } as const;
  return { status: status[state], words };
};

/** Exclusion is sound, for delay can only be added on the way; what is not excluded is not proven. */
function physics(inputs: LocationInputs, host: string, region: CountrySet): Verdict {
  const measured = inputs.physics.get(host);
  if (measured === undefined) {
    return verdict('not evaluated', {
      nb: 'Svartider fra verten er ikke målt. Mål dem med jernverk bench --suite network.',
      en: 'Round trips from the host were not measured. Measure them with jernverk bench --suite network.',
    });
  }
  const open = measured.cities.filter(({ excluded }) => !excluded);
  const names = (of: typeof open): string => of.map(({ name }) => name).join(', ');
  const outside = open.filter(({ country }) => !isIn(region, country));
  const at = measured.at;
  if (open.length === outside.length) {
    return verdict('fail', {
      nb: `Svartidene (${at}) utelukker alle byer i listen innenfor egen grense. Ikke utelukket: ${names(outside) || 'ingen'}.`,
      en: `The round trips (${at}) exclude all cities in the list inside your own limit. Not excluded: ${names(outside) || 'none'}.`,
    });
  }
  if (outside.length > 0) {
    return verdict('not evaluated', {
      nb: `Svartidene (${at}) utelukker ikke ${names(outside)}. Det sier ikke at verten står der, bare at målingen ikke kan avgjøre det.`,
      en: `The round trips (${at}) do not exclude ${names(outside)}. That does not say that the host is there, only that the measurement cannot decide it.`,
    });
  }
  return verdict('pass', {
    nb: `Svartidene (${at}) utelukker alle byer i listen utenfor egen grense. Ikke utelukket: ${names(open)}.`,
    en: `The round trips (${at}) exclude all cities in the list outside your own limit. Not excluded: ${names(open)}.`,
  });
}

function exchange({ members }: LocationInputs, asn: number | undefined): Verdict {
  if (asn === undefined) {
    return verdict('not evaluated', {
      nb: 'AS-nummeret til nettet er ikke oppgitt (audit.network.asn).',
      en: 'The AS number of the network is not declared (audit.network.asn).',
    });
  }
  if (members.length === 0) {
    return verdict('not evaluated', {
      nb: 'Ingen medlemsliste fra en samtrafikk er gitt.',
      en: 'No member export of an exchange was given.',
    });
  }
  const found = membershipsOf(members, asn);
  const dates = members.map(({ date }) => date.toISOString().slice(0, 10)).join(', ');
  if (found.length === 0) {
    return verdict('not applicable', {
      nb: `AS${asn} står ikke i medlemslisten (${dates}). Det er ikke noe krav: nettet kan nå samtrafikken gjennom et annet.`,
      en: `AS${asn} is not in the member export (${dates}). That is no requirement: the network may reach the exchange through another.`,
    });
  }
  const places = found.map(
    ({ exchange, speed_mbps }) => `${exchange}${speed_mbps === null ? '' : ` ${speed_mbps / 1000} Gb/s`}`,
  );
  return {
    ...verdict('pass', {
      nb: `AS${asn} er med på ${places.join(', ')}, etter samtrafikkens egen liste (${dates}).`,
      en: `AS${asn} is at ${places.join(', ')}, by the exchange's own list (${dates}).`,
    }),
    observed: found
      .flatMap(({ exchange, addresses }) => addresses.map((address) => `${exchange} ${address}`))
      .join('\n'),
  };
}

const verdict = (status: Status, words: Text): Verdict => ({ status, words, observed: '', proves: [] });

const sentences = (texts: readonly Text[]): Text => ({
  nb: texts.map(({ nb }) => nb).join(' '),
  en: texts.map(({ en }) => en).join(' '),
});
