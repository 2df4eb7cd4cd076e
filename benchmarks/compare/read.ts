import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { InputError } from '../../lib/errors.ts';
import { type Result, resultSchema } from '../result.ts';

const format = 'jernverk-bench/1';
const named = z.looseObject({ format: z.string() });
const shownProblems = 5;

/**
 * Returns a run's result from its file. Throws InputError: RESULT_UNREADABLE if the file cannot be read, RESULT_SYNTAX
 * if it is not JSON, RESULT_FORMAT if it has another format, RESULT_INVALID if it does not match the schema.
 */
export async function readResult(path: string): Promise<Result> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new InputError(
      'RESULT_UNREADABLE',
      `${path}: expected a result of jernverk bench, cannot read it (${code})`,
      {
        hint: 'name the result file of a run, or a host that was measured',
        cause,
      },
    );
  }
  return parseResult(text, path);
}

/** `path` is for the messages only. */
export function parseResult(text: string, path: string): Result {
  const given = json(text, path);
  const found = named.safeParse(given);
  if (!found.success || found.data.format !== format) {
    const got = found.success ? `format ${JSON.stringify(found.data.format)}` : 'no format';
    throw new InputError('RESULT_FORMAT', `${path}: expected a result of format ${format}, got ${got}`, {
      hint:
        found.success && found.data.format.startsWith('jernverk-bench/')
          ? 'another version of jernverk wrote it: measure again with this one'
          : 'name a file that jernverk bench wrote',
    });
  }
  const parsed = resultSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: at, message }) => `  ${at.map(String).join('.')}: ${message}`);
  const more = problems.length > shownProblems ? [`  and ${problems.length - shownProblems} more`] : [];
  const lines = [...problems.slice(0, shownProblems), ...more].join('\n');
  throw new InputError('RESULT_INVALID', `${path}: is not what jernverk bench writes\n${lines}`, {
    hint: 'the file was edited or cut off: use it as the run wrote it',
  });
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(
      'RESULT_SYNTAX',
      `${path}: expected JSON, got ${text.length === 0 ? 'an empty file' : 'other text'}`,
      {
        hint: 'name the result.json of a run',
        cause,
      },
    );
  }
}
