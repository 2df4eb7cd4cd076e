import { describe, expect, it } from 'vitest';
import type { Check } from '../../../audit/check.ts';
import { pass } from '../../../audit/checks/judgement.ts';
import { chapters } from '../../../audit/finding.ts';
import { hostChecksOf } from '../../../audit/run/checks.ts';
import { evaluate } from '../../../audit/run/evaluate.ts';
import type { LocationInputs } from '../../../audit/where/inputs.ts';
import type { Answer } from '../../../provision/engine/gather.ts';
import { fixture } from '../../support/topic-fixtures.ts';
import {
  allChecks,
  answered,
  clean,
  contextWith,
  declared,
  documentationBook,
  environmentWith,
  idsWith,
  judgements,
} from './host-answers.ts';

/** What is missing, broken or empty never passes: of every check, whatever it asks. */

const questions = [...new Set(allChecks.flatMap((check) => check.questions.map(({ name }) => name)))];
const asking = allChecks.filter(({ questions: asked }) => asked.length > 0).map(({ id }) => id);
const allAnswered = (answer: Answer) => new Map(questions.map((name) => [name, answer] as const));

describe('a check that asks the host', () => {
  it.each<[string, ReadonlyMap<string, Answer>]>([
    ['was not asked', new Map()],
    ['failed', allAnswered({ exitCode: 1, stdout: '', stderr: 'connection lost' })],
    ['failed after it printed all', new Map([...clean()].map(([name, answer]) => [name, { ...answer, exitCode: 2 }]))],
    ['printed nothing', allAnswered(answered(''))],
    ['printed only the end', allAnswered(answered('=== end 0\n'))],
    [
      'was cut off',
      new Map([...clean()].map(([name, { stdout }]) => [name, answered(stdout.replace('=== end 0', ''))])),
    ],
    ['is garbage', allAnswered(answered('%PDF-1.7\n=== \n=== end 0\n'))],
    [
      'has empty parts',
      new Map([...clean()].map(([name, { stdout }]) => [name, answered(stdout.replaceAll(/^ {2}.*\n/gm, ''))])),
    ],
  ])('whose answer %s is an error or not evaluated', (_, answers) => {
    const found = judgements(contextWith(answers));
    const passed = idsWith(found, 'pass').filter((id) => asking.includes(id));
    expect(passed).toEqual([]);
  });

  it.each(questions)('never passes on %s where each part of it failed', (name) => {
    const broken = (clean().get(name)?.stdout ?? '').replaceAll(/^=== (?!end)(.+) \d+$/gm, '=== $1 1');
    const found = judgements(contextWith(new Map([...clean(), [name, answered(broken)]])));
    const readers = allChecks.filter((check) => check.questions.some((question) => question.name === name));
    const passed = readers.map(({ id }) => id).filter((id) => found.get(id)?.status === 'pass');
    expect(passed).toEqual(withoutNeed[name] ?? []);
  });

  /** Checks that pass without a question of theirs, since on this host they had no name to look up. */
  const withoutNeed: Readonly<Record<string, readonly string[]>> = {
    'hosts-file': [
      'destinations/resolvers',
      'destinations/container-registries',
      'destinations/broker-links',
      'destinations/log-forwarding',
      'destinations/mail-relays',
      'access/logins',
    ],
  };
});

it('nothing declared fails, and says which key', () => {
  const found = judgements(contextWith(clean(), environmentWith({})));
  const own = allChecks.filter(({ reads }) => reads !== undefined);
  expect(own.length).toBeGreaterThan(5);
  expect(idsWith(found, 'fail')).toEqual(own.map(({ id }) => id));
});

/** All that an audit runs, with answers of a host that is fine, so that what is added to it later is tried, too. */
describe('of all that an audit runs', () => {
  const inputs: LocationInputs = {
    addresses: {
      ...{ ...documentationBook, source: { ...documentationBook.source, ageDays: 3 }, sources: [] },
      ...{ record: () => null, asnCountry: () => 'NO', rangesOf: () => [] },
    },
    ...{ geofeed: null, members: [], physics: new Map() },
  };
  const checks = hostChecksOf(inputs);
  const fine = new Map([
    ...clean(),
    ...['seen', 'egress'].map((name) => [name, answered(fixture(`audit/destinations/enforce/${name}.txt`))] as const),
    [
      'host-addresses',
      answered('1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 192.0.2.7/24 scope global eth0\n'),
    ],
  ] as const);
  const environment = environmentWith(declared, { lab: {} }, { egress: { mode: 'enforce', countries: 'norway' } });
  const passes = (answers: ReadonlyMap<string, Answer>): string[] =>
    evaluate(checks, contextWith(answers, environment)).flatMap(({ id, status }) => (status === 'pass' ? [id] : []));
  const ofHost = (ids: readonly string[]) =>
    ids.filter((id) => checks.some((check) => check.id === id && check.questions.length > 0));

  it('much passes with these answers, and every question has one', () => {
    expect(passes(fine).length).toBeGreaterThan(20);
    const asked = new Set(checks.flatMap(({ questions: own }) => own.map(({ name }) => name)));
    expect([...asked].filter((name) => !fine.has(name))).toEqual([]);
  });

  it.each<[string, (text: string) => Partial<Answer>]>([
    ['nothing', () => ({ stdout: '' })],
    ['that it failed', () => ({ exitCode: 1, stdout: '', stderr: 'sudo: a password is required' })],
    ['all, and that it failed', (text) => ({ exitCode: 255, stdout: text })],
    ['half', (text) => ({ stdout: text.slice(0, text.length / 2) })],
    ['all but the end', (text) => ({ stdout: text.replace(/=== end 0\n?$/, '') })],
    ['parts without content', (text) => ({ stdout: text.replaceAll(/^ {2}.*\n/gm, '') })],
    [
      'that no file is there',
      (text) => ({ stdout: text.replaceAll(/^=== (?!end)(.+) \d+$/gm, '=== $1 44').replaceAll(/^ {2}.*\n/gm, '') }),
    ],
    [
      'that no program is there',
      (text) => ({ stdout: text.replaceAll(/^=== (?!end)(.+) \d+$/gm, '=== $1 127').replaceAll(/^ {2}.*\n/gm, '') }),
    ],
    ['white space', (text) => ({ stdout: text.replaceAll(/^ {2}.*$/gm, '   ') })],
    ['something else', () => ({ stdout: '<html>\u001b[2J\n=== end 0\n' })],
    ['nulls', (text) => ({ stdout: text.replaceAll(/^ {2}.*$/gm, '  null') })],
    ['empty lists', (text) => ({ stdout: text.replaceAll(/^ {2}.*\n(?: {2}.*\n)*/gm, '  []\n') })],
    ['empty objects', (text) => ({ stdout: text.replaceAll(/^ {2}.*\n(?: {2}.*\n)*/gm, '  {}\n') })],
  ])('none passes on a host that answers %s', (_, answer) => {
    const answers = new Map([...fine].map(([name, given]) => [name, { ...given, ...answer(given.stdout) }] as const));
    // An answer that is not in parts stays as it is in some of these, and then it is a good one.
    const isOther = (name: string) =>
      answers.get(name)?.stdout !== fine.get(name)?.stdout || answers.get(name)?.exitCode !== 0;
    const touched = checks.filter(({ questions: own }) => own.some(({ name }) => isOther(name))).map(({ id }) => id);
    expect(ofHost(passes(answers)).filter((id) => touched.includes(id))).toEqual([]);
    expect(touched.length).toBeGreaterThan(20);
  });

  it('a pass shows what was seen, or it is none', () => {
    for (const finding of evaluate(checks, contextWith(fine, environment)))
      if (finding.status === 'pass') expect([finding.id, finding.observed.trim()]).not.toContain('');
    const [check] = checks;
    if (check === undefined) throw new Error('no check');
    const blind = { ...check, evaluate: () => ({ ...pass({ nb: 'ja', en: 'yes' }), observed: ' ' }) };
    expect(evaluate([blind], contextWith(fine, environment))[0]).toMatchObject({ status: 'not evaluated', proves: [] });
    const broken: Check = {
      ...check,
      evaluate: () => {
        throw new TypeError('x is not iterable');
      },
    };
    expect(evaluate([broken], contextWith(fine, environment))[0]).toMatchObject({ status: 'error', proves: [] });
  });
});

describe('every check', () => {
  it.each(allChecks.map((check) => [check.id, check] as const))('%s has its texts, basis and source', (id, check) => {
    expect(id).toMatch(new RegExp(`^${check.chapter}/[a-z0-9-]+$`));
    expect(chapters).toContain(check.chapter);
    for (const text of [check.title, check.expected])
      for (const words of Object.values(text)) expect(words).not.toBe('');
    expect(
      check.basis.every((basis) => /^(GDPR art\. (5|25|28|29|30|32|33|44-49)|SOV-[1-8]|NSM \d\.\d)$/.test(basis)),
    ).toBe(true);
    expect(check.questions.length > 0).toBe(check.reads === undefined);
  });

  it('has an id of its own, and questions with one name are one question', () => {
    expect(new Set(allChecks.map(({ id }) => id)).size).toBe(allChecks.length);
    const all = allChecks.flatMap((check) => check.questions);
    expect(new Set(all).size).toBe(new Set(all.map(({ name }) => name)).size);
  });

  it('never claims to comply, in either language', () => {
    const found = [...judgements(contextWith(clean())).values(), ...judgements(contextWith(new Map())).values()];
    const text = JSON.stringify([found, allChecks]);
    expect(text).not.toMatch(/complian|complies|etterlev|oppfyller/i);
  });
});
