import { parseDocument } from 'yaml';
import { type Environment, environmentSchema } from '../environment.ts';
import { InputError } from '../errors.ts';

/** First cut: YAML, then the schema. */
export function parseEnvironment(text: string, file: string): Environment {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new InputError('ENVIRONMENT_SYNTAX', `${file}: ${error.message}`);
  const parsed = environmentSchema.safeParse(document.toJS());
  if (!parsed.success) throw new InputError('ENVIRONMENT_INVALID', `${file}: ${parsed.error.message}`);
  return parsed.data;
}
