import { codeBlock } from '../../../lib/printable.ts';
import type { Audit } from '../../audit.ts';
import type { Finding } from '../../finding.ts';
import { hasExpired } from '../../outcome.ts';
import { uuidOf } from '../uuid.ts';
import { subjectOf } from './subjects.ts';
import { bothLanguages, bothLanguagesInALine, line, objectiveId, property, time } from './words.ts';

/** What was seen, with the command or the key that was read, and its raw output. */
export function observationOf(finding: Finding, audit: Audit): unknown {
  return {
    uuid: uuidOf('observation', finding),
    title: bothLanguagesInALine(finding.title),
    description: finding.observed === '' ? 'Nothing was seen.' : `Observed:\n\n${codeBlock(finding.observed)}`,
    props: properties(finding),
    methods: [finding.status === 'not evaluated' || finding.status === 'error' ? 'UNKNOWN' : 'EXAMINE'],
    types: ['control-objective'],
    subjects: [subjectOf(finding, audit)],
    ...(finding.evidence.length > 0 && { 'relevant-evidence': finding.evidence.map(evidence) }),
    collected: time(finding.at),
    remarks: `Asked with:\n\n${codeBlock(finding.command)}`,
  };
}

const evidence = (path: string) => ({ href: encodeURI(path), description: 'Raw output in this bundle.' });

const properties = ({ id, host, status, proves, basis }: Finding) => [
  property('check', id),
  ...(host === '' ? [] : [property('host', host)]),
  property('status', status),
  ...proves.map((proof) => property('proves', proof)),
  ...basis.map((entry) => property('basis', entry)),
];

/** Only a pass satisfies. */
export function findingOf(finding: Finding, audit: Audit): unknown {
  return {
    uuid: uuidOf('finding', finding),
    title: bothLanguagesInALine(finding.title),
    description: bothLanguages(finding.words),
    props: properties(finding),
    target: {
      type: 'objective-id',
      'target-id': objectiveId(finding.id),
      status: {
        state: finding.status === 'pass' ? 'satisfied' : 'not-satisfied',
        reason: finding.status === 'pass' || finding.status === 'fail' ? finding.status : 'other',
        remarks: finding.waiver === null ? finding.status : `${finding.status}; ${waiverWords(finding.waiver, audit)}`,
      },
    },
    'related-observations': [{ 'observation-uuid': uuidOf('observation', finding) }],
    ...(finding.status === 'fail' && { 'related-risks': [{ 'risk-uuid': uuidOf('risk', finding) }] }),
  };
}

/** A failure as a risk: open, or a deviation that somebody approved until a day that has not passed. */
export function riskOf(finding: Finding, audit: Audit): unknown {
  const { waiver } = finding;
  return {
    uuid: uuidOf('risk', finding),
    title: bothLanguagesInALine(finding.title),
    description: bothLanguages(finding.words),
    statement: bothLanguages(finding.expected),
    ...(waiver !== null && { props: [property('waiver', waiverWords(waiver, audit))] }),
    status: waiver !== null && !hasExpired(waiver.expires, time(audit.at)) ? 'deviation-approved' : 'open',
    ...(waiver !== null && inOscalYears.test(waiver.expires) && { deadline: `${waiver.expires}T23:59:59Z` }),
  };
}

type Waiver = NonNullable<Finding['waiver']>;

const waiverWords = (waiver: Waiver, audit: Audit): string =>
  `${hasExpired(waiver.expires, time(audit.at)) ? 'the waiver expired on' : 'waived until'} ${waiver.expires}${
    waiver.by === undefined ? '' : `, by ${line(waiver.by)}`
  }: ${line(waiver.reason)}`;

/** The years that the pattern for times in OSCAL's schema allows. */
const inOscalYears = /^(19|2\d)\d\d-/;
