import * as z from 'zod';
import { environmentSchema } from './schema.ts';

/**
 * Returns the JSON Schema that editors use for the files in `environments/`. It describes the file as written, with
 * units as text.
 */
export function environmentJsonSchema(): string {
  const schema = z.toJSONSchema(environmentSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Jernverk environment', ...schema }, null, 2)}\n`;
}
