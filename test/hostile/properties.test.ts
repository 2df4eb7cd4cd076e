import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { describeAudit } from '../../audit/report/describe.ts';
import { setupChecks } from '../../audit/run/checks.ts';
import { evaluate } from '../../audit/run/evaluate.ts';
import { describeStatus } from '../../cli/status.ts';
import { errorLines, InputError, OperationError } from '../../lib/errors.ts';
import { printableJson, printableText } from '../../lib/printable.ts';
import { type Line, rendered } from '../../lib/terminal.ts';
import { readManifest } from '../../platform/build/manifest-file.ts';
import { parseResult } from '../../platform/contract/job.ts';
import { diff } from '../../provision/engine/diff.ts';
import { parseAnswers, readFact } from '../../provision/engine/gather.ts';
import { describePlan } from '../../provision/engine/report.ts';
import { factsOf } from '../../provision/engine/topic.ts';
import { parseEnvironment } from '../../provision/environment/parse.ts';
import { parseStatus, statusQuestions } from '../../provision/fleet/status.ts';
import { wantedFor } from '../../provision/fleet/topics.ts';
import { decodeResource } from '../../provision/terraform/codec.ts';
import { failureOf, Refusal } from '../../provision/terraform/diagnostics.ts';
import { answersOf, contextWith } from '../audit/checks/host-answers.ts';
import { audit } from '../audit/report/fixtures.ts';
import { environmentWith } from '../support/apply-topic.ts';
import { poison } from '../support/hostile-host.ts';
import { unprintable } from '../support/hostile-runs.ts';

// Pure work, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

/** A failure prints its seed and the smallest case: `fc.assert(…, { seed, path })` runs it again. */
const runs = { numRuns: 150 };

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    poison,
    '',
    '\n',
    '\u0000',
    '\ud800',
    '../../../x',
    '__proto__',
    '-1',
    '1e999',
    'NaN',
    'null',
    '{}',
    '[]',
  ),
);
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const text = fc.oneof(
  nasty,
  fc.json({ stringUnit: 'binary' }),
  fc.array(nasty).map((lines) => lines.join('\n')),
  fc.array(nasty).map((words) => words.join(' ')),
);

/** A text with a part replaced: what a host would say, and something else in it. */
const edited = (honest: string) =>
  fc
    .tuple(fc.nat(Math.max(1, honest.length)), fc.nat(40), nasty)
    .map(([at, length, instead]) => honest.slice(0, at) + instead + honest.slice(at + length));

const answer = (stdout: fc.Arbitrary<string>) =>
  fc.record({ exitCode: fc.constantFrom(0, 0, 0, 1, 255), stdout, stderr: nasty });

/** Nothing in it but line ends is unprintable, and each further line of a quotation stands behind the bar. */
function expectPrintable(lines: readonly Line[]): void {
  for (const line of lines) {
    const [, ...rest] = rendered(line, false).split('\n');
    expect(rendered(line, false)).not.toMatch(unprintable);
    for (const quotation of rest) expect(quotation).toMatch(/^ * {2}│/);
  }
}

describe('what is printed', () => {
  it('is printable whatever it is made of', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            text,
            fc.array(
              fc.oneof(
                text,
                text.map((piece) => ({ shade: 'bad' as const, text: piece })),
              ),
            ),
          ),
        ),
        expectPrintable,
      ),
      runs,
    );
  });

  it('is no longer than a person reads, and says how much there was', () => {
    const long = 'x'.repeat(1_000_000);
    for (const line of [long, ['beside ', { shade: 'bad' as const, text: long }]]) {
      expect(rendered(line, false)).toMatch(/… \(1000000 characters in all\)$/);
    }
    for (const hostile of ['\u001b'.repeat(100_000), '\n'.repeat(1_000_000), `${'x'.repeat(9_000)}\n`.repeat(1_000)]) {
      expect(rendered(hostile, false).length).toBeLessThan(170_000);
      expect(rendered(hostile, false).split('\n').length).toBeLessThan(50);
    }
  });

  it('keeps the end of a long quotation, where the reason is', () => {
    const said = Array.from({ length: 200 }, (_, line) => `line ${line}`).join('\n');
    expect(rendered(`it failed:\n${said}`, false)).toMatch(/… \(201 lines in all\)/);
    expect(rendered(`it failed:\n${said}`, false)).toMatch(/│ line 199$/);
  });

  it('as JSON means the same, and is printable', () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom(0, 2), (value, indent) => {
        const shown = printableJson(value, indent);
        expect(shown).not.toMatch(unprintable);
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      runs,
    );
  });

  it('in a page keeps its own lines, and nothing else that is invisible', () => {
    fc.assert(
      fc.property(text, (page) => {
        expect(printableText(page).replaceAll('\t', '')).not.toMatch(unprintable);
        expect(printableText(page).split('\n').length).toBe(page.split('\n').length);
      }),
      runs,
    );
  });
});

const honestEnvironment = JSON.stringify({
  name: 'local',
  hosts: [{ name: 'forge', roles: ['broker', 'worker'], debian: 13, lab: { memory: '2 GB' } }],
  workers: [{ name: 'image-resizer', slots: 8, memory: '512 MB', drain: '60 seconds' }],
});

describe('an environment file', () => {
  it('is an environment or an InputError, and what is said of it is printable', () => {
    const bomb = fc.constant(
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(9)}]`).join('\n')}`,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          edited(honestEnvironment),
          bomb,
          anyJson.map((value) => JSON.stringify(value)),
        ),
        (file) => {
          try {
            parseEnvironment(file, 'environments/x.yaml');
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
            expectPrintable(errorLines(error));
          }
        },
      ),
      runs,
    );
  });
});

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

describe('what a worker writes', () => {
  it('is a result record or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          anyJson.map((value) => JSON.stringify(value)),
        ),
        (line) => {
          const record = parseResult(line);
          if (record !== null) expect(['done', 'dead']).toContain(record.state);
        },
      ),
      runs,
    );
  });

  it('is a manifest of a release, or an error that is printable', () => {
    fc.assert(
      fc.property(text, (file) => {
        try {
          readManifest(file);
        } catch (error) {
          expect(error).toBeInstanceOf(OperationError);
          expectPrintable(errorLines(error));
        }
      }),
      runs,
    );
  });
});

describe('what Terraform is told', () => {
  it('of a state that is none is a refusal in printable words', () => {
    fc.assert(
      fc.property(anyJson, nasty, (value, reason) => {
        const problem = (error: unknown) =>
          JSON.stringify([failureOf(error, 'forge').summary, failureOf(error, 'forge').detail]);
        try {
          decodeResource({ msgpack: encode(value) });
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect(problem(error)).not.toMatch(unprintable);
        }
        expect(failureOf(new Error(reason), 'forge').summary).not.toMatch(unprintable);
      }),
      runs,
    );
  });
});
