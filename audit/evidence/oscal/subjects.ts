import type { Audit } from '../../audit.ts';
import type { Finding } from '../../finding.ts';
import { byCodeUnit } from '../canonical-json.ts';
import { uuidOf } from '../uuid.ts';
import { line } from './words.ts';

const hostUuid = (environment: string, host: string): string => uuidOf('host', { environment, host });

const environmentUuid = (environment: string): string => uuidOf('environment', { environment });

/** Every host that was audited or that a finding names. */
export function hostSubjects({ environment, scope, findings }: Audit) {
  const names = new Set([...scope.hosts, ...findings.map(({ host }) => host)].filter((host) => host !== ''));
  return [...names]
    .sort(byCodeUnit)
    .map((host) => ({ uuid: hostUuid(environment, host), description: line(`Host ${host}`) }));
}

export const environmentSubject = ({ environment }: Audit) => ({
  uuid: environmentUuid(environment),
  type: 'this-system',
  title: line(environment),
  description: 'The environment as its file declares it.',
  status: { state: 'operational' },
});

/** What a finding is about: a host, or the environment if it names none. */
export const subjectOf = ({ host }: Finding, { environment }: Audit) =>
  host === ''
    ? { 'subject-uuid': environmentUuid(environment), type: 'component' }
    : { 'subject-uuid': hostUuid(environment, host), type: 'inventory-item' };
