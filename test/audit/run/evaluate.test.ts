import { describe, expect, it } from 'vitest';
import type { Check, CheckContext, EnvironmentCheck, Judgement } from '../../../audit/check.ts';
import { outcomeOf } from '../../../audit/outcome.ts';
import { addressesIn, questionsOf, rawText } from '../../../audit/run/answers.ts';
import { evaluate, evaluateEnvironment } from '../../../audit/run/evaluate.ts';
import { rulesDigest } from '../../../audit/run/rules.ts';
import { raw } from '../../../lib/shell.ts';
import type { Environment } from '../../../provision/environment/schema.ts';
import { environmentWith } from '../../support/apply-topic.ts';

const text = (words: string) => ({ nb: words, en: words });
const mounts = { name: 'mounts', command: raw('findmnt') };

const check = (evaluateIt: () => Judgement): Check => ({
  id: 'where/disk-local',
  chapter: 'where',
  title: text('title'),
  expected: text('expected'),
  basis: ['GDPR art. 32'],
  questions: [mounts],
  evaluate: evaluateIt,
});
const judgement = (status: Judgement['status']): Judgement => ({
  status,
  words: text(status),
  observed: 'x',
  proves: [],
});

function contextWith(waivers: Environment['audit']['waivers'] = []): CheckContext {
  const environment = environmentWith({}, { audit: { waivers } });
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  return {
    ...{ environment, host, answers: new Map(), now: new Date('2026-11-23T12:00:00Z') },
    addresses: { country: () => null, source: { date: new Date(0), sha256: '', name: '', attribution: '' } },
  };
}

describe('a finding', () => {
  it('says who, when, and on which raw output it rests', () => {
    const context = contextWith();
    expect(evaluate([check(() => judgement('pass'))], context)[0]).toMatchObject({
      id: 'where/disk-local',
      host: context.host.name,
      status: 'pass',
      at: '2026-11-23T12:00:00.000Z',
      command: 'findmnt',
      evidence: [`raw/${context.host.name}/mounts.txt`],
      waiver: null,
    });
  });

  it('of a check that breaks is an error with the reason, and no pass', () => {
    const broken = check(() => {
      throw new Error('no such column');
    });
    expect(evaluate([broken], contextWith())[0]).toMatchObject({
      status: 'error',
      words: { en: 'The answer could not be read: no such column' },
    });
    expect(evaluate([{ ...broken, questions: [] }], contextWith())[0]).toMatchObject({
      status: 'error',
      words: { en: 'The check itself failed: no such column' },
    });
  });

  it('keeps no more of what was observed than a reader can read: the rest is in the raw output', () => {
    const long = check(() => ({ ...judgement('pass'), observed: 'x'.repeat(5000) }));
    expect(evaluate([long], contextWith())[0]?.observed).toHaveLength(2000);
  });
});

describe('a waiver', () => {
  const failing = check(() => judgement('fail'));
  const waiver = { finding: 'where/disk-local', reason: 'moved in March', expires: '2026-11-23' };
  const waived = (waivers: Environment['audit']['waivers'], of = failing) => evaluate([of], contextWith(waivers))[0];

  it('stands beside the failure, which stays one, through its last day', () => {
    expect(waived([waiver])).toMatchObject({
      status: 'fail',
      waiver: { reason: 'moved in March', expires: '2026-11-23' },
    });
  });

  it.each([
    ['is for another finding', { ...waiver, finding: 'where/swap-local' }],
    ['is for another host', { ...waiver, host: 'elsewhere' }],
  ])('that %s does not count', (_, other) => {
    expect(waived([other])?.waiver).toBeNull();
  });

  it('that has run out is told, with who and why, and accepts nothing any more', () => {
    const over = { ...waiver, by: 'Kari Vold', expires: '2026-11-22' };
    const found = waived([over]);
    expect(found?.waiver).toEqual({ by: 'Kari Vold', reason: 'moved in March', expires: '2026-11-22' });
    expect(found && outcomeOf(found, '2026-11-23T12:00:00.000Z')).toBe('fail');
  });

  it('that holds longest is the one that counts', () => {
    const over = { ...waiver, reason: 'the first', expires: '2026-10-01' };
    const given = [over, waiver, { ...over, expires: '2026-11-01' }];
    expect(waived(given)?.waiver?.reason).toBe('moved in March');
    expect(waived(given.toReversed())?.waiver?.reason).toBe('moved in March');
  });

  it('makes nothing of what did not fail', () => {
    const unknown = check(() => judgement('not evaluated'));
    expect(waived([waiver], unknown)).toMatchObject({ status: 'not evaluated', waiver: null });
  });
});

describe('a finding of the environment', () => {
  const declared: EnvironmentCheck = {
    ...check(() => judgement('fail')),
    ...{ questions: [], reads: 'audit.controller', evaluate: () => judgement('fail') },
  };
  const found = (waivers: Environment['audit']['waivers']) => evaluateEnvironment([declared], contextWith(waivers));

  it('is there once, names no host, and says which key was read', () => {
    expect(found([])).toMatchObject([{ host: '', command: 'audit.controller', evidence: [], waiver: null }]);
  });

  it('is accepted by a waiver for all hosts, and not by one for a host', () => {
    const waiver = { finding: 'where/disk-local', reason: 'soon', expires: '2026-11-23' };
    expect(found([waiver])[0]?.waiver).toMatchObject({ reason: 'soon' });
    expect(found([{ ...waiver, host: contextWith().host.name }])[0]?.waiver).toBeNull();
  });

  it('of a check that breaks is an error', () => {
    const broken: EnvironmentCheck = {
      ...declared,
      evaluate: () => {
        throw new Error('no such key');
      },
    };
    expect(evaluateEnvironment([broken], contextWith())[0]?.status).toBe('error');
  });
});

describe('questions', () => {
  it('that checks share are asked once', () => {
    const pass = check(() => judgement('pass'));
    expect(questionsOf([pass, { ...pass, id: 'where/other' }])).toEqual([mounts]);
  });

  it('of one name must be one question', () => {
    const pass = check(() => judgement('pass'));
    const other = { ...pass, questions: [{ name: 'mounts', command: raw('mount') }] };
    expect(() => questionsOf([pass, other])).toThrow('two questions of the audit are named mounts');
  });

  it('are kept with how they ended', () => {
    const kept = rawText(mounts, { exitCode: 3, stdout: 'out', stderr: 'broken' });
    expect(kept).toBe('# command\nfindmnt\n# exit code 3\n# standard error\nbroken\n# standard output\nout');
  });

  it('with other words or another command are another audit', () => {
    const pass = check(() => judgement('pass'));
    expect(rulesDigest([pass])).toBe(rulesDigest([check(() => judgement('fail'))]));
    expect(rulesDigest([pass])).not.toBe(rulesDigest([{ ...pass, expected: text('less') }]));
    expect(rulesDigest([pass])).not.toBe(rulesDigest([{ ...pass, questions: [] }]));
  });
});

it('addresses are found in answers, each once', () => {
  const stdout = 'nameserver 192.0.2.53\nserver=[2001:db8::1]:123 192.0.2.53, 12:30:45 v1.2.3.4.5';
  expect(addressesIn([{ exitCode: 0, stdout, stderr: '' }])).toEqual(
    expect.arrayContaining(['192.0.2.53', '2001:db8::1']),
  );
  expect(addressesIn([{ exitCode: 0, stdout, stderr: '' }]).filter((found) => found === '192.0.2.53')).toHaveLength(1);
});
