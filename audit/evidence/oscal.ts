import type { Audit } from '../audit.ts';
import type { Finding } from '../finding.ts';
import { findingOf, observationOf, riskOf } from './oscal/finding.ts';
import { environmentSubject, hostSubjects } from './oscal/subjects.ts';
import { bothLanguages, controlId, line, objectiveId, property, time } from './oscal/words.ts';
import { uuidOf } from './uuid.ts';

/**
 * The audit as OSCAL 1.2.1 assessment results, for tools that import it. It adds nothing to findings.json.
 *
 * OSCAL knows only satisfied and not satisfied. Not satisfied: what was not evaluated, what could not be asked, and a
 * failure with a waiver. What does not apply is neither: it becomes an observation without a finding.
 */
export function assessmentResults(audit: Audit): unknown {
  const plan = uuidOf('no-plan', null);
  return {
    'assessment-results': {
      uuid: uuidOf('assessment-results', audit),
      metadata: {
        title: line(`Jernverk audit of ${audit.environment}`),
        'last-modified': time(audit.at),
        version: line(audit.at),
        'oscal-version': '1.2.1',
        props: [property('tool-version', audit.tool), property('rules-sha256', audit.rules)],
      },
      'import-ap': { href: `#${plan}` },
      ...(audit.findings.length > 0 && { 'local-definitions': { 'objectives-and-methods': objectives(audit) } }),
      results: [result(audit)],
      'back-matter': { resources: [{ uuid: plan, title: 'No assessment plan', description: noPlan }] },
    },
  };
}

const noPlan =
  'There is no OSCAL assessment plan: the audit asks what its own checks ask. The identifiers and texts of the checks are the local definitions of this file.';

function result(audit: Audit): unknown {
  const rated = audit.findings.filter(({ status }) => status !== 'not applicable');
  const failed = audit.findings.filter(({ status }) => status === 'fail');
  const items = hostSubjects(audit);
  return {
    uuid: uuidOf('result', audit),
    title: line(`Audit of ${audit.environment}`),
    description:
      'Facts that were read from the hosts and from the environment file. It is not a statement that anything is compliant.',
    start: time(audit.at),
    props: counts(audit.findings),
    'local-definitions': {
      components: [environmentSubject(audit)],
      ...(items.length > 0 && { 'inventory-items': items }),
    },
    'reviewed-controls': { 'control-selections': [{ 'include-controls': reviewed(audit.findings) }] },
    ...(audit.findings.length > 0 && { observations: audit.findings.map((finding) => observationOf(finding, audit)) }),
    ...(failed.length > 0 && { risks: failed.map((finding) => riskOf(finding, audit)) }),
    ...(rated.length > 0 && { findings: rated.map((finding) => findingOf(finding, audit)) }),
    ...(audit.scope.excluded.length > 0 && { remarks: excluded(audit) }),
  };
}

const counts = (findings: readonly Finding[]) =>
  (['pass', 'fail', 'not applicable', 'not evaluated', 'error'] as const).map((status) =>
    property(status.replace(' ', '-'), String(findings.filter((finding) => finding.status === status).length)),
  );

const idsOf = (findings: readonly Finding[]): readonly string[] => [...new Set(findings.map(({ id }) => id))];

/**
 * The schema requires at least one entry, and an audit that asked nothing must not claim that it reviewed everything.
 */
const reviewed = (findings: readonly Finding[]) =>
  findings.length === 0
    ? [{ 'control-id': 'jernverk.nothing-was-reviewed' }]
    : idsOf(findings).map((id) => ({ 'control-id': controlId(id) }));

function objectives({ findings }: Audit): readonly unknown[] {
  return idsOf(findings).flatMap((id) => {
    const finding = findings.find((candidate) => candidate.id === id);
    if (finding === undefined) return [];
    return [
      {
        'control-id': controlId(id),
        description: bothLanguages(finding.title),
        parts: [{ id: objectiveId(id), name: 'objective', prose: bothLanguages(finding.expected) }],
      },
    ];
  });
}

const excluded = ({ scope }: Audit): string =>
  ['Not audited:', ...scope.excluded.map(({ host, reason }) => `- ${line(host)}: ${line(reason)}`)].join('\n');
