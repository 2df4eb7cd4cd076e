import type { AddressBook } from '../../../addresses/book.ts';
import type { CheckContext } from '../../../audit/check.ts';
import type { Answer } from '../../../provision/engine/gather.ts';
import { environmentWith } from '../../support/apply-topic.ts';
import { fixture } from '../../support/topic-fixtures.ts';

export const addresses: AddressBook = {
  country: (address) => {
    if (/^(198\.51\.100\.|2001:db8:1:)/.test(address)) return 'NO';
    return /^(203\.0\.113\.|2001:db8:2:)/.test(address) ? 'US' : null;
  },
  source: { date: new Date('2026-11-20'), sha256: '0'.repeat(64), name: 'documentation networks', attribution: '' },
};
export const services = [
  { name: 'Partner', to: ['203.0.113.20', '2001:db8:2::20'], ports: [4001], kind: 'data' },
  { name: 'Mirror', to: ['203.0.113.90'], ports: [80], kind: 'supply chain' },
];
export type Edit = (text: string, question: string) => string;
export const same: Edit = (text) => text;

/** What the lab host answered, perhaps with something else in it, in an environment with this policy. */
export function context(scenario: string, egress: object = {}, edit: Edit = same, audit: object = {}): CheckContext {
  const environment = environmentWith(
    {},
    { egress: { mode: 'enforce', countries: 'norway', services, ...egress }, audit },
  );
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  const answers = new Map(
    ['seen', 'egress', 'boot'].map((name): [string, Answer] => [
      name,
      { exitCode: 0, stdout: edit(fixture(`audit/destinations/${scenario}/${name}.txt`), name), stderr: '' },
    ]),
  );
  return { environment, host, answers, addresses, now: new Date('2026-11-23T14:00:00Z') };
}
