import { describe, expect, it } from 'vitest';
import type { AddressBook } from '../../../addresses/book.ts';
import type { CheckContext, Judgement } from '../../../audit/check.ts';
import { destinationSchema } from '../../../audit/destinations/destination.ts';
import { destinationsOf } from '../../../audit/destinations/inventory.ts';
import { allowedBy, kindOf } from '../../../audit/destinations/policy.ts';
import { drops } from '../../../audit/destinations/policy-checks.ts';
import { parseSeen } from '../../../audit/destinations/seen.ts';
import { destinationChecks } from '../../../audit/run/checks.ts';
import { judgementOf } from '../../../audit/run/evaluate.ts';
import type { Answer } from '../../../provision/engine/gather.ts';
import { environmentWith } from '../../support/apply-topic.ts';
import { fixture } from '../../support/topic-fixtures.ts';

const addresses: AddressBook = {
  country: (address) => {
    if (/^(198\.51\.100\.|2001:db8:1:)/.test(address)) return 'NO';
    return /^(203\.0\.113\.|2001:db8:2:)/.test(address) ? 'US' : null;
  },
  source: { date: new Date('2026-11-20'), sha256: '0'.repeat(64), name: 'documentation networks', attribution: '' },
};
const services = [
  { name: 'Partner', to: ['203.0.113.20', '2001:db8:2::20'], ports: [4001], kind: 'data' },
  { name: 'Mirror', to: ['203.0.113.90'], ports: [80], kind: 'supply chain' },
];
type Edit = (text: string, question: string) => string;
const same: Edit = (text) => text;

/** What the lab host answered, perhaps with something else in it, in an environment with this policy. */
function context(scenario: string, egress: object = {}, edit: Edit = same, audit: object = {}): CheckContext {
  const environment = environmentWith(
    {},
    { audit: { egress: { mode: 'enforce', countries: 'norway', services, ...egress }, ...audit } },
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

function judgement(id: string, given: CheckContext): Judgement {
  const check = destinationChecks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return judgementOf(check, given);
}

describe('the inventory', () => {
  const all = destinationsOf(context('enforce'));

  it('has each destination of the host and of each container once, by the schema', () => {
    expect(all.map((one) => destinationSchema.parse(one))).toEqual(all);
    expect(all.map(({ who, address, port }) => `${who} ${address} ${port}`)).toEqual(
      ['docker:phone', 'user:root'].flatMap((who) => [
        `${who} 198.51.100.10 4000`,
        `${who} 2001:db8:1::10 4000`,
        `${who} 2001:db8:2::10 4000`,
        `${who} 2001:db8:2::20 4001`,
        `${who} 203.0.113.10 4000`,
        `${who} 203.0.113.20 4001`,
      ]),
    );
  });

  it('tells country, what lets it out, and bytes both ways', () => {
    expect(all.find(({ address, who }) => address === '203.0.113.20' && who === 'docker:phone')).toMatchObject({
      host: 'forge',
      protocol: 'tcp',
      holderCountry: 'US',
      kind: 'data',
      allowedBy: 'Partner',
      bytesOut: expect.any(Number),
      bytesIn: expect.any(Number),
    });
    expect(all.find(({ address }) => address === '198.51.100.10')?.allowedBy).toBe('norway');
    expect(all.find(({ address }) => address === '203.0.113.10')?.allowedBy).toBeNull();
  });

  it('leaves out what was stopped, what answered a connection that nobody counted, and what stays on the cable', () => {
    expect(fixture('audit/destinations/enforce/seen.txt')).toContain('224.0.0.22');
    expect(all.map(({ address }) => address)).not.toContain('224.0.0.22');
    expect(all.filter(({ port, address }) => port === 4000 && address.endsWith('.20'))).toEqual([]);
    expect(all.filter(({ address }) => address.startsWith('10.'))).toEqual([]);
  });

  it('joins everybody on the host who talked to one destination', () => {
    const two = context('enforce', {}, (text) =>
      text.replace(/^( {2}out\thost\t)user:root(\t203\.0\.113\.10\t.*)$/m, '$1user:root$2\n$1unit:a.service$2'),
    );
    const joined = destinationsOf(two).find(({ who, address }) => address === '203.0.113.10' && who !== 'docker:phone');
    expect(joined?.who).toBe('unit:a.service, user:root');
  });
});

describe('the policy', () => {
  const { egress } = context('enforce').environment.audit;
  it.each([
    [{ address: '10.0.0.7', protocol: 'tcp', port: 25 }, 'local'],
    [{ address: 'fd00::7', protocol: 'tcp', port: 25 }, 'local'],
    [{ address: '203.0.113.90', protocol: 'tcp', port: 80 }, 'Mirror'],
    [{ address: '203.0.113.90', protocol: 'udp', port: 80 }, null],
    [{ address: '203.0.113.90', protocol: 'tcp', port: 443 }, null],
    [{ address: '2001:db8:1::1', protocol: 'icmpv6', port: null }, 'norway'],
    [{ address: '192.0.2.1', protocol: 'tcp', port: 443 }, null],
  ])('%j is let out by %s', (to, ring) => {
    expect(allowedBy(egress, to, addresses)).toBe(ring);
  });

  it('knows what a destination is for only where that is certain', () => {
    const to = { address: '203.0.113.1', protocol: 'udp', port: 53 };
    expect(kindOf(egress, to, null)).toBe('operations');
    expect(kindOf(egress, { ...to, port: 443 }, 'user:_apt')).toBe('supply chain');
    expect(kindOf(egress, { ...to, port: 443 }, 'docker:phone')).toBe('unknown');
  });
});

describe('destinations/counted', () => {
  const id = 'destinations/counted';
  it('passes where the count is fresh and whole', () => {
    expect(judgement(id, context('enforce'))).toMatchObject({ status: 'pass', proves: ['running', 'persistent'] });
  });
  it.each([
    ['off', /^Nobody counts where traffic goes: audit\.egress\.mode is "off"\.$/],
    ['observe', /says "observe", but the host does not count where traffic goes: run .\/jernverk apply/],
  ])('is not evaluated where nobody counts in mode %s, and says why', (mode, words) => {
    expect(judgement(id, context('off', { mode }))).toMatchObject({
      status: 'not evaluated',
      words: { en: expect.stringMatching(words) },
    });
  });
  it('says that the first sample is to come just after the counting began', () => {
    const begun: Edit = (text) => text.replace(/=== counted 0[\s\S]*?(?==== units)/, '=== counted 44\n');
    for (const one of [id, 'destinations/outside-region'])
      expect(judgement(one, context('enforce', { mode: 'observe' }, begun))).toMatchObject({
        status: 'not evaluated',
        words: { nb: expect.stringMatching(/^Tellingen har begynt, men den første målingen er ikke gjort ennå/) },
      });
  });
  it.each<[string, Edit]>([
    ['the last sample is of the future', (text) => text.replace(/sampled=\d+/, 'sampled=1799000000')],
    ['the timer is off', (text) => text.replace(/(sample\.timer\n {2}ActiveState=)active/, '$1inactive')],
    ['the last sample is old', (text) => text.replace(/sampled=\d+/, 'sampled=1795000000')],
    ['lines had to go', (text) => text.replace('evicted=0', 'evicted=3')],
    ['a set in the kernel is full', (text) => text.replace(/largest=\d+/, 'largest=65535')],
  ])('fails where %s', (_, edit) => {
    expect(judgement(id, context('enforce', {}, edit)).status).toBe('fail');
  });
  it.each<[string, Edit]>([
    ['a line is damaged', (text) => text.replace('203.0.113.10', '203.0.113')],
    ['the file is empty', (text) => text.replace(/=== counted 0[\s\S]*?(?==== units)/, '=== counted 0\n')],
    ['the answer is cut off', (text) => text.slice(0, 900)],
  ])('is an error and never a pass where %s', (_, edit) => {
    expect(judgement(id, context('enforce', {}, edit)).status).toBe('error');
    expect(destinationsOf(context('enforce', {}, edit))).toEqual([]);
  });
});

describe('destinations/outside-region', () => {
  const id = 'destinations/outside-region';
  const without =
    (...parts: readonly string[]): Edit =>
    (text) =>
      text
        .split('\n')
        .filter((line) => !parts.some((part) => line.includes(`\t${part}`)))
        .join('\n');

  it('names each destination abroad with who and bytes, also what the policy lets out as data', () => {
    const { status, observed } = judgement(id, context('enforce'));
    expect(status).toBe('fail');
    expect(observed.split('\n')).toHaveLength(8);
    expect(observed).toMatch(/^docker:phone → 203\.0\.113\.20 4001\/tcp \(US\), \d+ B ↑ \d+ B ↓$/m);
  });
  const mirror = { services: [{ ...services[0], kind: 'supply chain' }] };
  /** Nothing abroad but a supply chain by name, counted for ten days. */
  const fine: Edit = (text, question) =>
    without('203.0.113.10', '2001:db8:2::10')(text, question).replace(/since=\d+/, 'since=1794578000');

  it('passes where nothing went abroad but a supply chain by name, which it names', () => {
    const given = context('enforce', mirror, fine);
    expect(judgement(id, given)).toMatchObject({
      status: 'pass',
      words: { en: expect.stringContaining('Outside, and named in the environment as supply chain or operations: d') },
    });
  });
  it.each<[string, string, Edit]>([
    [
      'was counted for half a minute',
      'only 28 seconds',
      (text) => text.replace('since=1794578000', 'since=1795441934'),
    ],
    ['was counted for six days', 'only 6 days', (text) => text.replace('since=1794578000', 'since=1794900000')],
    ['is of a count that stands', 'stands still', (text) => text.replace(/sampled=\d+/, 'sampled=1795440000')],
    ['is of a count of the future', 'stands still', (text) => text.replace(/sampled=\d+/, 'sampled=1799000000')],
    [
      'is of a count that was stopped',
      'stands still',
      (text) => text.replace(/(sample\.timer\n {2}ActiveState=)active/, '$1inactive'),
    ],
    ['is of a count with lines left out', 'not whole', (text) => text.replace('evicted=0', 'evicted=1')],
    [
      'led to a private address',
      'No registry has private addresses',
      (text) => text.replaceAll('\t198.51.100.10\t', '\t10.0.0.9\t'),
    ],
  ])('is not evaluated where nothing is seen abroad and what there is %s', (_, words, edit) => {
    const given = context('enforce', mirror, (text, question) => edit(fine(text, question), question));
    const found = judgement(id, given);
    expect(found.status).toBe('not evaluated');
    expect(found.words.en).toContain(words);
    expect(found.words.en).toContain('No destination outside Norway was seen.');
  });
  it('a private address that the environment declares is known', () => {
    const own = { services: [...mirror.services, { name: 'Ours', to: ['10.0.0.9'], kind: 'data' }] };
    const given = context('enforce', own, (text, question) =>
      fine(text, question).replaceAll('\t198.51.100.10\t', '\t10.0.0.9\t'),
    );
    expect(judgement(id, given).status).toBe('pass');
  });
  it('fails at once where something went abroad, however short the time', () => {
    expect(judgement(id, context('enforce', mirror)).status).toBe('fail');
  });
  it('fails where the registries have no record of a destination', () => {
    const given = context('enforce', {}, (text) =>
      without('203.0.113', '2001:db8:2:')(text, '').replaceAll('198.51.100.10', '192.0.2.9'),
    );
    expect(judgement(id, given)).toMatchObject({
      status: 'fail',
      observed: expect.stringContaining('192.0.2.9 4000/tcp (??)'),
    });
  });
  it('is not evaluated where nobody counts', () => {
    expect(judgement(id, context('off')).status).toBe('not evaluated');
  });
});

describe('egress/enforced', () => {
  const id = 'egress/enforced';
  it('passes where the kernel drops, and says what that does not prove', () => {
    const { status, proves, words } = judgement(id, context('enforce'));
    expect([status, proves]).toEqual(['pass', ['running', 'persistent', 'after reboot']]);
    expect(words.en).toContain('nor data that an allowed destination passes on');
  });
  it.each(['off', 'observe', 'report'])('fails in mode %s, which stops nothing', (mode) => {
    expect(judgement(id, context('off', { mode })).status).toBe('fail');
    expect(judgement(id, context('enforce', { mode })).status).toBe('fail');
  });
  it('fails where the environment enforces and the host has no table, whether never made or flushed', () => {
    expect(judgement(id, context('off')).status).toBe('fail');
    expect(judgement(id, context('flushed')).status).toBe('fail');
  });
  it.each([
    ['every country', { countries: 'any' }],
    ['more than the declared region', { countries: 'eea' }],
  ])('fails where the ring lets out to %s', (_, egress) => {
    expect(judgement(id, context('enforce', egress)).status).toBe('fail');
  });
  it('passes with a ring of the EEA where that is the declared region', () => {
    expect(judgement(id, context('enforce', { countries: 'eea' }, same, { region: 'eea' })).status).toBe('pass');
  });
  it.each<[string, Edit]>([
    ['the end does not drop', (text) => text.replace('"outside" drop', '"outside" accept')],
    ['a rule lets all out first', (text) => text.replace('chain rings {', 'chain rings {\n  \t\taccept')],
    ['containers are not judged', (text) => text.replace(/(chain forward[\s\S]*?)goto rings/, '$1accept')],
    ['the rules were changed since', (text) => text.replace('  as loaded', '  rules changed')],
    ['the unit is not enabled', (text) => text.replace('UnitFileState=enabled', 'UnitFileState=disabled')],
  ])('fails where %s', (_, edit) => {
    const only: Edit = (text, question) => (question === 'egress' ? edit(text, question) : text);
    expect(judgement(id, context('enforce', {}, only)).status).toBe('fail');
  });
  it('is an error where the table could not be read', () => {
    expect(
      judgement(
        id,
        context('enforce', {}, (text) => text.replace('=== table 0', '=== table 1')),
      ).status,
    ).toBe('error');
  });
  it('takes nothing for a drop that is none', () => {
    expect(drops('')).toBe(false);
  });
});

describe('egress/stopped', () => {
  const id = 'egress/stopped';
  it('tells in enforce what was stopped, by whom', () => {
    const { status, words } = judgement(id, context('enforce'));
    expect(status).toBe('pass');
    expect(words.nb).toMatch(/^\d+ pakker .*alle ble stanset\. .*docker:phone → 203\.0\.113\.10 4000\/tcp/);
  });
  it('fails in report, where all of it went out', () => {
    expect(judgement(id, context('enforce', { mode: 'report' })).status).toBe('fail');
  });
  it('fails in enforce where the kernel counts and does not drop', () => {
    const lets: Edit = (text) => text.replace('"outside" drop', '"outside" accept');
    expect(judgement(id, context('enforce', {}, lets)).status).toBe('fail');
  });
  it('is not evaluated in report where nothing was counted for half a minute only', () => {
    const nothing: Edit = (text) =>
      text.replace(/(counter outside \{[^}]*?packets )\d+/, '$10').replaceAll(/^ {2}outside\t.*\n/gm, '');
    const found = judgement(id, context('enforce', { mode: 'report' }, nothing));
    expect(found.status).toBe('not evaluated');
    expect(found.words.en).toContain('only 28 seconds');
  });
  it('is not evaluated without a policy, and an error where the counter is missing', () => {
    expect(judgement(id, context('off', { mode: 'observe' })).status).toBe('not evaluated');
    const broken = context('enforce', {}, (text) => text.replaceAll('counter outside', 'counter other'));
    expect(judgement(id, broken).status).toBe('error');
  });
});

it('a file of another format is refused with its first line', () => {
  expect(() => parseSeen('# jernverk-destinations/2 since=1\n')).toThrow('jernverk-destinations/2');
});
