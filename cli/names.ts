import { InputError } from '../lib/errors.ts';

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
