import { InputError } from '../lib/errors.ts';
import { type Language, languages } from '../lib/text.ts';

/** `--lang`: what an auditor reads is Norwegian unless asked for otherwise. */
export function chosenLanguage(given: string | boolean | undefined): Language {
  if (given === undefined) return 'nb';
  const language = languages.find((known) => known === given);
  if (language !== undefined) return language;
  throw new InputError('UNKNOWN_LANGUAGE', `--lang takes ${languages.join(' or ')}, not ${given}`);
}
