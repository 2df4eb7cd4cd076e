import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { describeAudit } from '../../audit/report/describe.ts';
import { setupChecks } from '../../audit/run/checks.ts';
import { evaluate } from '../../audit/run/evaluate.ts';
import { describeStatus } from '../../cli/status.ts';
import { diff } from '../../provision/engine/diff.ts';
import { parseAnswers, readFact } from '../../provision/engine/gather.ts';
import { describePlan } from '../../provision/engine/report.ts';
import { factsOf } from '../../provision/engine/topic.ts';
import { parseStatus, statusQuestions } from '../../provision/fleet/status.ts';
import { wantedFor } from '../../provision/fleet/topics.ts';
import { answersOf, contextWith } from '../audit/checks/host-answers.ts';
import { audit } from '../audit/report/fixtures.ts';
import { environmentWith } from '../support/apply-topic.ts';
import { anyJson, edited, expectPrintable, nasty, runs, text } from './texts.ts';

// Pure work, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const answer = (stdout: fc.Arbitrary<string>) =>
  fc.record({ exitCode: fc.constantFrom(0, 0, 0, 1, 255), stdout, stderr: nasty });

describe('what a host answers', () => {
  const environment = environmentWith({});
  const [host] = environment.hosts;
  if (host === undefined) throw new Error('no host');
  const topics = wantedFor({ environment, host, release: null, networks: null });
  const facts = topics.flatMap(({ topic, wanted }) =>
    factsOf(topic, [...wanted.keys()], wanted).map((fact) => ({ topic, wanted, fact })),
  );

  it.each(facts.map(({ topic, fact }) => [`${topic.name}: ${fact.keys[0]}`] as const))('to %s is readings', (name) => {
    const asked = facts.find(({ topic, fact }) => name === `${topic.name}: ${fact.keys[0]}`);
    if (asked === undefined) throw new Error('no such fact');
    const { topic, wanted, fact } = asked;
    fc.assert(
      fc.property(answer(text), (said) => {
        const readings = readFact(fact, said);
        const plan = { topic: topic.name, diff: diff(wanted, readings) };
        expectPrintable(describePlan({ host: 'forge', topics: [plan], heldBy: said.stderr, error: null }));
      }),
      { numRuns: 30 },
    );
  });

  it('as a whole is an answer to each question, or an error that says how many came', () => {
    const boundary = '==0123';
    const piece = fc.oneof(
      nasty,
      fc.constantFrom(
        ...['begin 0', 'begin 1', 'end 0 ', 'end 0 !!', 'end', 'begin -1'].map((word) => `${boundary} ${word}`),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('\n')),
        (output) => {
          try {
            expect(parseAnswers(output, 2, boundary)).toHaveLength(2);
          } catch (error) {
            expect(String(error)).toMatch(/asked the host 2 questions|did not answer/);
          }
        },
      ),
      runs,
    );
  });

  const statusAnswers = fc.tuple(
    ...statusQuestions.map(() =>
      answer(
        fc.oneof(
          text,
          fc.array(anyJson).map((values) => values.map((value) => JSON.stringify(value)).join('\n')),
        ),
      ),
    ),
  );
  const slot = fc.record({
    slot: nasty,
    release: nasty,
    state: nasty,
    job: fc.option(nasty),
    done: fc.double(),
    failed: fc.integer(),
    beat: fc.double(),
  });
  it('about its status is a status that can be shown', () => {
    fc.assert(
      fc.property(statusAnswers, fc.array(slot), (answers, slots) => {
        const files = `1700000000000\n${slots.map((file) => JSON.stringify(file)).join('\n')}`;
        const withSlots = answers.map((said, index) =>
          index === 5 ? { exitCode: 0, stdout: files, stderr: '' } : said,
        );
        for (const all of [answers, withSlots]) {
          const status = parseStatus('forge', all);
          const lines = describeStatus(status);
          expectPrintable(lines);
          expect(
            lines.every((line) => !line.includes('\n')),
            'a row of a table is one line',
          ).toBe(true);
        }
      }),
      runs,
    );
  });

  it('to an audit is findings, none of which is that a check broke in an unforeseen way', () => {
    const honest = answersOf('debian-13');
    const names = [...honest.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), (name, seed) => {
        const [said] = fc.sample(fc.oneof(text, edited(honest.get(name)?.stdout ?? '')), { seed, numRuns: 1 });
        const context = contextWith(new Map([...honest, [name, { exitCode: 0, stdout: said ?? '', stderr: '' }]]));
        const findings = evaluate(setupChecks, context);
        expectPrintable(describeAudit({ ...audit('clean'), findings }, 'en'));
      }),
      { numRuns: 60 },
    );
  });
});
