import * as z from 'zod';
import { InputError } from '../lib/errors.ts';
import { type Language, languages } from '../lib/text.ts';

/** Returns the whole number above 0 that an option gives. Throws InputError BAD_NUMBER if it is anything else. */
export function parseCount(text: string | boolean, option: string): number {
  const parsed = z.coerce.number().int().min(1).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InputError('BAD_NUMBER', `${option}: expected a whole number above 0, given ${text}`);
}

/**
 * Returns the language of `--lang`. What an auditor reads is Norwegian by default. Throws InputError if it is unknown.
 */
export function chosenLanguage(given: string | boolean | undefined): Language {
  if (given === undefined) return 'nb';
  const language = languages.find((known) => known === given);
  if (language !== undefined) return language;
  throw new InputError('UNKNOWN_LANGUAGE', `--lang takes ${languages.join(' or ')}, not ${given}`);
}

/**
 * Returns the names that an option gives with commas between them, in the order of `known`. Returns all of them if the
 * option is not given. `what` is one of them in words, such as `suite`. Throws InputError UNKNOWN_NAME if one is not
 * known.
 */
export function chooseNames<Name extends string>(
  given: string | boolean | undefined,
  known: readonly Name[],
  what: string,
  option: string,
): readonly Name[] {
  if (typeof given !== 'string' || given === 'all') return known;
  const names = given.split(',');
  const strange = names.filter((name) => !known.some((one) => one === name));
  if (strange.length > 0) {
    throw new InputError('UNKNOWN_NAME', `there is no ${what} named ${strange.join(', ')}`, {
      hint: `${option} takes ${known.join(', ')} or all; several with commas between them`,
    });
  }
  return known.filter((name) => names.includes(name));
}
