import { readdirSync, readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import type { AddressBook } from '../../../addresses/book.ts';
import type { Check, CheckContext, Judgement } from '../../../audit/check.ts';
import { declaredChecks, setupChecks } from '../../../audit/run/checks.ts';
import { judgementOf } from '../../../audit/run/evaluate.ts';
import type { Answer } from '../../../provision/engine/gather.ts';
import { type Environment, environmentSchema } from '../../../provision/environment/schema.ts';

/** Answers of real hosts, `test/fixtures/audit/checks/<host>/<question>.txt`; scenarios are edits of them. */
const fixtures = new URL('../../fixtures/audit/checks/', import.meta.url);

export const answered = (stdout: string): Answer => ({ exitCode: 0, stdout, stderr: '' });

export function answersOf(host: string): Map<string, Answer> {
  return new Map(
    readdirSync(new URL(`${host}/`, fixtures)).map((file): [string, Answer] => [
      file.replace(/\.txt$/, ''),
      answered(readFileSync(new URL(`${host}/${file}`, fixtures), 'utf8')),
    ]),
  );
}

/** Documentation ranges (RFC 5737, RFC 3849) stand for countries: no test names a real network. */
const countries: readonly (readonly [network: string, bits: number, country: string])[] = [
  ['192.0.2.0', 24, 'NO'],
  ['198.51.100.0', 24, 'SE'],
  ['203.0.113.0', 25, 'US'],
  ['203.0.113.128', 26, 'EU'],
  ['2001:db8:47::', 48, 'NO'],
  ['2001:db8:1::', 48, 'US'],
];

export const documentationBook: AddressBook = {
  country: (address) => {
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    for (const [network, bits, country] of countries) {
      const list = new BlockList();
      list.addSubnet(network, bits, isIP(network) === 4 ? 'ipv4' : 'ipv6');
      if (isIP(address) === isIP(network) && list.check(address, family)) return country;
    }
    return null;
  },
  source: { date: new Date('2026-11-20'), sha256: '0'.repeat(64), name: 'documentation ranges', attribution: '-' },
};

/** An environment that declares all; a test takes away or adds. */
export const declared = {
  controller: 'Eksempel AS',
  contact: 'vakt@example.com',
  purpose: 'Bilder til nettbutikk',
  dataSubjects: ['customers'],
  dataCategories: ['photos'],
  processors: [
    {
      name: 'Vert AS',
      role: 'hosting',
      country: 'NO',
      parentCountry: 'NO',
      agreement: { signed: '2026-01-02', expires: '2027-12-31' },
    },
  ],
  region: 'norway',
};

export const environmentWith = (audit: object = declared, host: object = { lab: {} }, rest: object = {}): Environment =>
  environmentSchema.parse({
    name: 'test',
    hosts: [{ name: 'auditchecks', roles: ['broker', 'worker'], ...host }],
    workers: [{ name: 'image-resizer', slots: 2 }],
    audit,
    ...rest,
  });

export function contextWith(answers: ReadonlyMap<string, Answer>, environment = environmentWith()): CheckContext {
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('the environment has no host');
  return { environment, host, answers, addresses: documentationBook, now: new Date('2026-11-23T14:00:00Z') };
}

/** Of hosts and of what is declared. */
export const allChecks: readonly Check[] = [...setupChecks, ...declaredChecks];

/** Of each check what it says of these answers. */
export const judgements = (context: CheckContext): ReadonlyMap<string, Judgement> =>
  new Map(allChecks.map((check) => [check.id, judgementOf(check, context)]));

/** Ids of the checks that say so. */
export const idsWith = (found: ReadonlyMap<string, Judgement>, ...statuses: readonly Judgement['status'][]): string[] =>
  [...found].filter(([, { status }]) => statuses.includes(status)).map(([id]) => id);

export type Edit = readonly [question: string, from: string | RegExp, to: string];

/** The real answers after edits; an edit that changes nothing is a fault of the test. */
export function edited(answers: ReadonlyMap<string, Answer>, ...edits: readonly Edit[]): Map<string, Answer> {
  const result = new Map(answers);
  for (const [question, from, to] of edits) {
    const before = result.get(question)?.stdout ?? '';
    const after = before.replace(from, to);
    if (after === before) throw new Error(`the edit of ${question} changes nothing: ${from}`);
    result.set(question, answered(after));
  }
  return result;
}

/** The captured host, with what the lab's image lacks: passwords are off, the keys say whose they are, it is older. */
export const clean = (): Map<string, Answer> =>
  edited(
    answersOf('debian-13'),
    ['sshd', 'passwordauthentication yes', 'passwordauthentication no'],
    ['ssh-keys', /(ssh-ed25519 \S+)$/gm, '$1 kari@example.com'],
    ['logins', '10.88.192.1', '192.0.2.99'],
    // It was made an hour before: too young to say that nobody else logged in.
    ['journal-retention', '1795438627.690331', '1794100000.000000'],
  );
