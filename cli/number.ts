import { z } from 'zod';
import { InputError } from '../lib/errors.ts';

/** The whole number above 0 that an option gives. */
export function parseCount(text: string | boolean, option: string): number {
  const parsed = z.coerce.number().int().min(1).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InputError('BAD_NUMBER', `${option}: expected a whole number above 0, given ${text}`);
}
