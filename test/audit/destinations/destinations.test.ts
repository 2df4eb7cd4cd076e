import { describe, expect, it } from 'vitest';
import type { CheckContext, Judgement } from '../../../audit/check.ts';
import { destinationsOf } from '../../../audit/destinations/inventory.ts';
import { drops } from '../../../audit/destinations/policy-checks.ts';
import { parseSeen } from '../../../audit/destinations/seen.ts';
import { destinationChecks } from '../../../audit/run/checks.ts';
import { judgementOf } from '../../../audit/run/evaluate.ts';
import { context, type Edit, same, services } from './scenario.ts';

function judgement(id: string, given: CheckContext): Judgement {
  const check = destinationChecks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return judgementOf(check, given);
}

describe('destinations/counted', () => {
  const id = 'destinations/counted';
  it('passes where the count is fresh and whole', () => {
    expect(judgement(id, context('enforce'))).toMatchObject({ status: 'pass', proves: ['running', 'persistent'] });
  });
  it.each([
    ['off', /^Outgoing traffic is not counted: egress\.mode is "off"\.$/],
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
    ['is of a count that stands', 'Counting has stopped', (text) => text.replace(/sampled=\d+/, 'sampled=1795440000')],
    [
      'is of a count of the future',
      'Counting has stopped',
      (text) => text.replace(/sampled=\d+/, 'sampled=1799000000'),
    ],
    [
      'is of a count that was stopped',
      'Counting has stopped',
      (text) => text.replace(/(sample\.timer\n {2}ActiveState=)active/, '$1inactive'),
    ],
    ['is of a count with lines left out', 'incomplete', (text) => text.replace('evicted=0', 'evicted=1')],
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
