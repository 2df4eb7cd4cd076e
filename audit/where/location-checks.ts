import { oneCountry } from '../../addresses/countries.ts';
import type { Check, CheckContext, EnvironmentCheck, Judgement } from '../check.ts';
import { error, join, judgement, notEvaluated } from '../checks/judgement.ts';
import type { Status } from '../finding.ts';
import { exchangeMember } from './exchange-member.ts';
import { excludedCities } from './excluded-cities.ts';
import { hostAddressesQuestion, publicAddresses } from './host-addresses.ts';
import type { LocationInputs } from './inputs.ts';
import { jurisdiction } from './jurisdiction.ts';
import { compareColumns, type LocationStatement } from './location.ts';

/** Returns the three columns for each public address of a host. Null if the host did not answer. */
export function locationStatements(context: CheckContext, inputs: LocationInputs): LocationStatement[] | null {
  const { asn = null } = context.environment.audit.network;
  const hosting = context.environment.audit.processors.find(({ role }) => role === 'hosting');
  return (
    publicAddresses(context)?.map((address) => ({
      address,
      jurisdiction: {
        holderCountry: oneCountry(inputs.addresses.country(address)),
        asn,
        asnCountry: asn === null ? null : oneCountry(inputs.addresses.asnCountry(asn)),
        declaredOwner: hosting ? { name: hosting.name, country: hosting.country } : null,
        parent: hosting?.parentCountry ?? null,
      },
      physics: inputs.physics.get(context.host.name) ?? null,
      selfClaim: inputs.geofeed?.claim(address) ?? null,
    })) ?? null
  );
}

/** Where the host is: first each column, then whether they agree. */
export const locationChecks = (inputs: LocationInputs): readonly Check[] => [
  {
    id: 'where/jurisdiction',
    chapter: 'where',
    title: { nb: 'Hvilken lov verten er underlagt', en: 'Which law applies to the host' },
    expected: {
      nb: 'Adressens innehaver, leverandøren og dens eier hører til innenfor egen grense.',
      en: 'The holder of the address, the provider and its owner are inside your own limit.',
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
    evaluate: ({ host, environment, now }) => excludedCities(inputs, host.name, environment.audit.region, now),
  },
  {
    id: 'where/columns-agree',
    chapter: 'where',
    title: { nb: 'Register, fysikk og egenerklæring stemmer overens', en: 'Registry, physics and self-claim agree' },
    expected: {
      nb: 'Minst to av de tre kolonnene sier noe, og ingen sier en annen imot.',
      en: 'At least two of the three columns say something, and none contradicts another.',
    },
    basis: ['GDPR art. 28', 'GDPR art. 44'],
    questions: [hostAddressesQuestion],
    evaluate: (context) => ofEach(context, inputs, columns),
  },
];

/** What is known about the network of all hosts. */
export const exchangeChecks = (inputs: LocationInputs): readonly EnvironmentCheck[] => [
  {
    id: 'where/exchange-member',
    chapter: 'where',
    title: { nb: 'Nettet er med på en norsk samtrafikk', en: 'The network is at a Norwegian exchange' },
    expected: {
      nb: 'Bare til opplysning. Det er ikke noe krav.',
      en: 'For information only. It is not a requirement.',
    },
    basis: [],
    questions: [],
    reads: 'audit.network',
    evaluate: ({ environment }) => exchangeMember(inputs, environment.audit.network.asn),
  },
];

/** The worst of the parts decides. An unknown part is never a pass. */
const worstFirst: readonly Status[] = ['fail', 'error', 'not evaluated', 'not applicable', 'pass'];

function ofEach(
  context: CheckContext,
  inputs: LocationInputs,
  judge: (statement: LocationStatement) => Judgement,
): Judgement {
  const statements = locationStatements(context, inputs);
  if (statements === null) {
    return error({
      nb: 'Verten svarte ikke på hvilke adresser den har.',
      en: 'The host did not say which addresses it has.',
    });
  }
  if (statements.length === 0) {
    return notEvaluated({
      nb: 'Verten har bare private adresser, og miljøfilen oppgir ingen offentlig: hvilken adresse den har utad, er ikke kjent.',
      en: 'The host has only private addresses and is not reached through a public one, so its public address is unknown.',
    });
  }
  const parts = statements.map(judge);
  const status = worstFirst.find((one) => parts.some((part) => part.status === one)) ?? 'not evaluated';
  const observed = statements.map(
    ({ address, jurisdiction: { holderCountry } }) => `${address} ${holderCountry ?? '-'}`,
  );
  return judgement(status)(join(...parts.map(({ words }) => words)), observed.join('\n'), ['running']);
}

const columns = (statement: LocationStatement): Judgement => {
  const { state, words } = compareColumns(statement);
  const status = { agreement: 'pass', conflict: 'fail', incomplete: 'not evaluated' } as const;
  return judgement(status[state])(words);
};
