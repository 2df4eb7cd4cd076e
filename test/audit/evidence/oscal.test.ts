import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Audit } from '../../../audit/audit.ts';
import { inOrder } from '../../../audit/evidence/order.ts';
import { assessmentResults } from '../../../audit/evidence/oscal.ts';
import { audit, finding } from './support/example.ts';

const schemaFile = join(import.meta.dirname, '../../fixtures/audit/evidence/oscal_assessment-results_schema.json');

/** NIST's patterns name classes of Unicode: \p{L}. */
const ajv = new Ajv({ unicodeRegExp: true, strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(await readFile(schemaFile, 'utf8')));

function problems(document: unknown): readonly string[] {
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The parts that tests look at. */
const documentSchema = z.object({
  'assessment-results': z.object({
    uuid: z.string(),
    results: z.array(
      z.object({
        remarks: z.string().optional(),
        observations: z.array(z.object({ uuid: z.uuid(), description: z.string(), collected: z.string() })).default([]),
        risks: z.array(z.object({ uuid: z.uuid(), status: z.string(), deadline: z.string().optional() })).default([]),
        findings: z
          .array(
            z.object({
              uuid: z.uuid(),
              description: z.string(),
              target: z.object({ status: z.object({ state: z.string(), remarks: z.string() }) }),
            }),
          )
          .default([]),
      }),
    ),
  }),
});

function resultOf(given: Audit) {
  const document = assessmentResults(given);
  expect(problems(document)).toEqual([]);
  const [result] = documentSchema.parse(document)['assessment-results'].results;
  if (result === undefined) throw new Error('no result');
  return result;
}

const statesOf = (given: Audit): readonly string[] => resultOf(given).findings.map(({ target }) => target.status.state);
const withFindings = (...findings: Audit['findings']): Audit => inOrder({ ...audit, findings });

describe('assessment-results.json', () => {
  it('is valid by the schema of NIST, with hostile text in findings', () => {
    expect(problems(assessmentResults(audit))).toEqual([]);
  });

  it('is valid where nothing was found, and claims no review', () => {
    const nothing = { ...audit, findings: [], scope: { hosts: [], excluded: [] } };
    expect(problems(assessmentResults(nothing))).toEqual([]);
    expect(JSON.stringify(assessmentResults(nothing))).toContain('jernverk.nothing-was-reviewed');
    expect(JSON.stringify(assessmentResults(nothing))).not.toContain('include-all');
  });

  it.each([
    ['title', /must have required property 'title'/],
    ['collected', /must have required property 'collected'/],
    ['state', /must have required property 'state'/],
    ['control-selections', /must have required property 'control-selections'/],
    ['href', /must have required property 'href'/],
  ])('is not valid without %s', (key, problem) => {
    const text = JSON.stringify(assessmentResults(audit)).replaceAll(`"${key}":`, '"other":');
    expect(problems(JSON.parse(text)).join('\n')).toMatch(problem);
  });

  it.each([
    ['a value of two lines', 'value', 'two\nlines'],
    ['an empty value', 'value', ''],
    ['a name with a space', 'name', 'two words'],
    ['a time without a zone', 'collected', '2026-11-23T12:00:00'],
    ['a UUID of another kind', 'uuid', '00000000-0000-1000-8000-000000000000'],
  ])('is not valid with %s', (_what, key, value) => {
    const text = JSON.stringify(assessmentResults(audit)).replaceAll(
      new RegExp(`"${key}":"[^"]*"`, 'g'),
      `"${key}":${JSON.stringify(value)}`,
    );
    expect(problems(JSON.parse(text))).not.toEqual([]);
  });

  it('says satisfied of a pass only', () => {
    const states = (['pass', 'fail', 'not evaluated', 'error'] as const).map((status) =>
      statesOf(withFindings(finding({ status }))),
    );
    expect(states).toEqual([['satisfied'], ['not-satisfied'], ['not-satisfied'], ['not-satisfied']]);
  });

  it('says of what does not apply neither', () => {
    const result = resultOf(withFindings(finding({ status: 'not applicable' })));
    expect(result.findings).toEqual([]);
    expect(result.observations).toHaveLength(1);
  });

  it.each([
    ['2026-11-23', 'deviation-approved', '2026-11-23T23:59:59Z', /waived until 2026-11-23: why/],
    ['2026-11-22', 'open', '2026-11-22T23:59:59Z', /waiver expired on 2026-11-22: why/],
    ['9999-12-31', 'deviation-approved', undefined, /waived until 9999-12-31: why/],
  ])('is not satisfied by a waiver until %s; its risk is %s', (expires, status, deadline, remarks) => {
    const waived = withFindings(finding({ status: 'fail', waiver: { reason: 'why', expires } }));
    expect(statesOf(waived)).toEqual(['not-satisfied']);
    expect(resultOf(waived).risks.map((risk) => [risk.status, risk.deadline])).toEqual([[status, deadline]]);
    expect(resultOf(waived).findings[0]?.target.status.remarks).toMatch(remarks);
  });

  it('has a risk for a failure without a waiver, and for nothing else', () => {
    expect(resultOf(withFindings(finding({ status: 'fail' }))).risks).toMatchObject([{ status: 'open' }]);
    expect(resultOf(withFindings(finding({ status: 'error' }))).risks).toEqual([]);
  });

  it('takes a time without seconds, which OSCAL does not', () => {
    expect(resultOf(withFindings(finding({ at: '2026-11-23T12:00Z' }))).observations[0]?.collected).toBe(
      '2026-11-23T12:00:00.000Z',
    );
  });

  it('lets a host end no block, begin no markup and send nothing to a terminal', () => {
    const hostile = 'a\n\n# b\n```\n</pre><script>\u001b[2J\u202e\u0000';
    const observed = resultOf(withFindings(finding({ observed: hostile }))).observations[0]?.description ?? '';
    const [, , ...lines] = observed.split('\n');
    expect(lines.every((line) => line.startsWith('    '))).toBe(true);
    expect(observed).toMatch(/^[^\p{Cf}]*$/u);
    expect(observed.replaceAll('\n', '')).toMatch(/^\P{Cc}*$/u);
    const words = resultOf(withFindings(finding({ status: 'fail', words: { nb: hostile, en: hostile } })));
    expect(words.findings[0]?.description).toContain('\\<script\\>');
  });

  it('keeps names of several lines, or of none, in the one line that OSCAL wants', () => {
    expect(statesOf(withFindings(finding({ host: 'a\nb', basis: ['x\ty', '', ' '] })))).toEqual(['satisfied']);
  });

  it('names a finding by its content: the same on any day, another one for another host', () => {
    const uuid = (different: Parameters<typeof finding>[0]) =>
      resultOf(withFindings(finding(different))).findings[0]?.uuid;
    expect(uuid({})).toBe(uuid({}));
    expect(uuid({ host: 'anvil' })).not.toBe(uuid({}));
  });

  it('names each thing once', () => {
    const uuids = JSON.stringify(assessmentResults(audit)).match(/"uuid":"[^"]+"/g) ?? [];
    expect(new Set(uuids).size).toBe(uuids.length);
  });

  it('says which hosts were not audited, and why', () => {
    expect(resultOf(audit).remarks).toBe('Not audited:\n- bellows: did not answer for 10 s');
  });
});
