import { isIn } from '../../addresses/countries.ts';
import type { Text } from '../../lib/text.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import type { Audit } from '../audit.ts';
import type { Destination } from '../destinations/destination.ts';
import { isOutsideEea } from '../destinations/policy.ts';
import { byCodeUnit } from './canonical-json.ts';

/** What an environment declares to an auditor. */
export type Declared = Environment['audit'];

/**
 * The skeleton of a record of processing (GDPR art. 30): what the environment declares, what the audit saw, and what is
 * missing. Somebody must complete and own it.
 */
export function recordOfProcessing(audit: Audit, declared: Declared): unknown {
  const { controller = null, contact = null, purpose = null, dataSubjects, dataCategories } = declared;
  return {
    format: 'jernverk-record-of-processing/1',
    basis: 'GDPR art. 30(1)',
    environment: audit.environment,
    at: audit.at,
    note,
    ...{ controller, contact, purpose, dataSubjects, dataCategories },
    recipients: recipients(declared),
    transfers: transfers(audit, declared),
    retention: retention(declared),
    securityMeasures: securityMeasures(audit),
    securityNotSeen: notSeen(audit),
    missing: missing(audit, declared),
  };
}

const note: Text = {
  nb: 'Et utkast, laget av det miljøfilen oppgir, og det revisjonen så. Verktøyet kjenner ikke til felles behandlingsansvarlige, representant, personvernombud eller mottakere utenfor disse vertene.',
  en: 'A draft, made from what the environment file declares and what the audit saw. The tool does not know about joint controllers, a representative, a data protection officer, or recipients outside these hosts.',
};

const recipients = ({ processors }: Declared) =>
  processors.map(({ name, role, country, parentCountry = null, organisation = null, agreement = null }) => ({
    ...{ name, role, country, parentCountry, organisation, agreement },
  }));

function transfers({ destinations }: Audit, { processors }: Declared) {
  return {
    /** Recipients that are registered outside the EEA. */
    declared: processors.filter(({ country }) => !isIn('eea', country)).map(({ name, country }) => ({ name, country })),
    /** Inside the EEA with an owner outside it: this alone is not a transfer, but it has to be assessed. */
    ownedOutsideEea: processors
      .filter(({ country, parentCountry }) => isIn('eea', country) && parentCountry && !isIn('eea', parentCountry))
      .map(({ name, parentCountry }) => ({ name, parentCountry })),
    observed: observedOutside(destinations),
  };
}

/** Seen on the hosts, summed up: destinations whose holder is registered outside the EEA, or is in no record (null). */
function observedOutside(destinations: readonly Destination[]) {
  const sums = new Map<string, Pick<Destination, 'holderCountry' | 'kind' | 'bytesOut'> & { destinations: number }>();
  for (const { holderCountry, kind, bytesOut } of destinations.filter(isOutsideEea)) {
    const group = JSON.stringify([holderCountry, kind]);
    const sum = sums.get(group) ?? { holderCountry, kind, destinations: 0, bytesOut: 0 };
    sums.set(group, { ...sum, destinations: sum.destinations + 1, bytesOut: sum.bytesOut + bytesOut });
  }
  return [...sums].sort(([left], [right]) => byCodeUnit(left, right)).map(([, sum]) => sum);
}

const retention = ({ retention: { jobs, logs, files } }: Declared) => ({
  jobsSeconds: jobs?.seconds ?? null,
  logsSeconds: logs?.seconds ?? null,
  filesSeconds: files?.seconds ?? null,
});

/** Security measures for the processing that were seen on a host, by reference: the words are in findings.json. */
const securityMeasures = ({ findings }: Audit) =>
  securityFindings(findings)
    .filter(({ status, evidence, proves }) => status === 'pass' && evidence.length > 0 && proves.length > 0)
    .map(({ id, host, title, proves }) => ({ finding: id, host, title, proves }));

/** Security measures that were not seen to be in force: whoever completes the record must account for them. */
const notSeen = ({ findings }: Audit) =>
  securityFindings(findings)
    .filter(({ status }) => status !== 'pass' && status !== 'not applicable')
    .map(({ id, host, status, title }) => ({ finding: id, host, status, title }));

/**
 * Checks of a measure that is in force. Checks that pass because something was not found are left out: who logged in,
 * which backups exist.
 */
export const measures: ReadonlySet<string> = new Set([
  ...['where/disk-encryption', 'destinations/container-networks', 'egress/enforced'],
  ...['access/ssh-keys', 'access/ssh-server', 'access/passwords', 'access/root-rights'],
  ...['access/broker-users', 'access/database-roles', 'controls/broker-loopback', 'controls/firewall-inbound'],
  ...['controls/security-updates', 'controls/time-synchronised'],
]);

const securityFindings = (findings: Audit['findings']) => findings.filter(({ id }) => measures.has(id));

interface Missing {
  readonly item: string;
  readonly article: string;
  readonly words: Text;
}

/** What art. 30 requires and nobody declared, with the key under which to declare it. */
function missing(audit: Audit, declared: Declared): readonly Missing[] {
  const { processors, retention: kept } = declared;
  const outside = transfers(audit, declared).declared.map(({ name }) => name);
  const unsigned = processors.filter(({ agreement }) => agreement === undefined).map(({ name }) => name);
  const asked: readonly (readonly [absent: boolean, item: string, article: string, nb: string, en: string])[] = [
    [declared.controller === undefined, 'controller', '30(1)(a)', 'behandlingsansvarlig', 'the controller'],
    [declared.contact === undefined, 'contact', '30(1)(a)', 'kontaktopplysninger', 'contact details'],
    [declared.purpose === undefined, 'purpose', '30(1)(b)', 'formålet med behandlingen', 'the purpose of processing'],
    [declared.dataSubjects.length === 0, 'dataSubjects', '30(1)(c)', 'kategorier av registrerte', 'whose data it is'],
    [declared.dataCategories.length === 0, 'dataCategories', '30(1)(c)', 'typer personopplysninger', 'kinds of data'],
    [
      processors.length === 0,
      'processors',
      '30(1)(d)',
      'mottakere, først leverandøren av serveren',
      'recipients, first of all the hosting company',
    ],
    [
      unsigned.length > 0,
      'processors.agreement',
      '28(3)',
      `databehandleravtale med ${unsigned.join(', ')}`,
      `the data-processing agreement with ${unsigned.join(', ')}`,
    ],
    [
      outside.length > 0,
      'safeguards',
      '30(1)(e)',
      `overføringsgrunnlag for ${outside.join(', ')} (miljøfilen har ikke noe felt for dette)`,
      `the basis for the transfer to ${outside.join(', ')} (the environment file has no key for it)`,
    ],
    [kept.jobs === undefined, 'retention.jobs', '30(1)(f)', 'hvor lenge jobber lagres', 'how long jobs are kept'],
    [kept.logs === undefined, 'retention.logs', '30(1)(f)', 'hvor lenge logger lagres', 'how long logs are kept'],
    [kept.files === undefined, 'retention.files', '30(1)(f)', 'hvor lenge filer lagres', 'how long files are kept'],
    [
      securityMeasures(audit).length === 0,
      'securityMeasures',
      '30(1)(g)',
      'sikkerhetstiltak: ingen ble sett',
      'security measures: none were seen',
    ],
  ];
  return asked
    .filter(([absent]) => absent)
    .map(([, item, article, nb, en]) => ({
      item,
      article: `GDPR art. ${article}`,
      words: { nb: `Mangler: ${nb}.`, en: `Missing: ${en}.` },
    }));
}
