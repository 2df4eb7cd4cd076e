import { z } from 'zod';
import { environmentSchema } from './schema.ts';

/** The JSON Schema that editors use for the files in `environments/`: what a person writes, units as text. */
export function environmentJsonSchema(): string {
  const schema = z.toJSONSchema(environmentSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Jernverk environment', ...schema }, null, 2)}\n`;
}
