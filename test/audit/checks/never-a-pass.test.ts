import { describe, expect, it } from 'vitest';
import { chapters } from '../../../audit/finding.ts';
import type { Answer } from '../../../provision/gather.ts';
import { allChecks, answered, clean, contextWith, environmentWith, idsWith, verdicts } from './host-answers.ts';

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
    const found = verdicts(contextWith(answers));
    const passed = idsWith(found, 'pass').filter((id) => asking.includes(id));
    expect(passed).toEqual([]);
  });

  it.each(questions)('never passes on %s where each part of it failed', (name) => {
    const broken = (clean().get(name)?.stdout ?? '').replaceAll(/^=== (?!end)(.+) \d+$/gm, '=== $1 1');
    const found = verdicts(contextWith(new Map([...clean(), [name, answered(broken)]])));
    const readers = allChecks.filter((check) => check.questions.some((question) => question.name === name));
    const passed = readers.map(({ id }) => id).filter((id) => found.get(id)?.status === 'pass');
    expect(passed).toEqual(withoutNeed[name] ?? []);
  });

  /** Checks that pass without a question of theirs, since on this host they had no name to look up. */
  const withoutNeed: Readonly<Record<string, readonly string[]>> = {
    'hosts-file': [
      'where/backups',
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
  const found = verdicts(contextWith(clean(), environmentWith({})));
  const own = allChecks.filter(({ reads }) => reads !== undefined);
  expect(own.length).toBeGreaterThan(5);
  expect(idsWith(found, 'fail')).toEqual(own.map(({ id }) => id));
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
    const found = [...verdicts(contextWith(clean())).values(), ...verdicts(contextWith(new Map())).values()];
    const text = JSON.stringify([found, allChecks]);
    expect(text).not.toMatch(/complian|complies|etterlev|oppfyller/i);
  });
});
