import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseResult, readResult } from '../../../benchmarks/compare/read.ts';
import { runOf } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jernverk-compare-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('reads what a run wrote', async () => {
  const path = join(folder, 'result.json');
  await writeFile(path, JSON.stringify(runOf(), null, 2));
  expect(await readResult(path)).toEqual(runOf());
});

it('a file that is not there, and a folder, are named', async () => {
  await expect(readResult('/nowhere/result.json')).rejects.toMatchObject({
    code: 'RESULT_UNREADABLE',
    message: '/nowhere/result.json: expected a result of jernverk bench, cannot read it (ENOENT)',
  });
  await expect(readResult(folder)).rejects.toThrow(
    `${folder}: expected a result of jernverk bench, cannot read it (EISDIR)`,
  );
});

it.each([
  ['', 'RESULT_SYNTAX', 'r.json: expected JSON, got an empty file'],
  ['{"format": ', 'RESULT_SYNTAX', 'r.json: expected JSON, got other text'],
  ['[]', 'RESULT_FORMAT', 'r.json: expected a result of format jernverk-bench/1, got no format'],
  ['{"jobs": []}', 'RESULT_FORMAT', 'r.json: expected a result of format jernverk-bench/1, got no format'],
  [
    '{"format": "jernverk-tuning/1"}',
    'RESULT_FORMAT',
    'r.json: expected a result of format jernverk-bench/1, got format "jernverk-tuning/1"',
  ],
])('%s is refused', (text, code, message) => {
  expect(() => parseResult(text, 'r.json')).toThrow(expect.objectContaining({ code, message }));
});

it('a result of another version asks for a new measurement', () => {
  expect(() => parseResult('{"format": "jernverk-bench/2"}', 'r.json')).toThrow(
    expect.objectContaining({ hint: 'another version of jernverk wrote it: measure again with this one' }),
  );
});

it('a result that was changed says where, what was expected, and what was given', () => {
  const changed = { ...runOf(), quick: 'no', startedAt: 'yesterday' };
  expect(() => parseResult(JSON.stringify(changed), 'r.json')).toThrow(
    expect.objectContaining({
      code: 'RESULT_INVALID',
      message: expect.stringMatching(
        /^r\.json: is not what jernverk bench writes\n {2}startedAt: .*\n {2}quick: .*expected boolean, received string$/,
      ),
    }),
  );
});
