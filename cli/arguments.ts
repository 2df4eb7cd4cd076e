import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { type Language, languages } from '../lib/text.ts';

/** The whole number above 0 that an option gives. */
export function parseCount(text: string | boolean, option: string): number {
  const parsed = z.coerce.number().int().min(1).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InputError('BAD_NUMBER', `${option}: expected a whole number above 0, given ${text}`);
}

/** `--lang`: what an auditor reads is Norwegian unless asked for otherwise. */
export function chosenLanguage(given: string | boolean | undefined): Language {
  if (given === undefined) return 'nb';
  const language = languages.find((known) => known === given);
  if (language !== undefined) return language;
  throw new InputError('UNKNOWN_LANGUAGE', `--lang takes ${languages.join(' or ')}, not ${given}`);
}

/**
 * The names that an option gives with commas between them, in the order in which they are known; all of them where it
 * is not given.
 *
 * @param what one of them in words, such as `suite`
 * @throws InputError UNKNOWN_NAME
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
