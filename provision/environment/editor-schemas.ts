import * as z from 'zod';
import { workerFileSchema } from '../../platform/contract/worker-file.ts';
import { environmentSchema } from './schema.ts';

/**
 * Returns the JSON Schemas that editors use, by path in the project. They describe the files as written, with units as
 * text.
 */
export const editorSchemas = (): ReadonlyMap<string, string> =>
  new Map([
    ['environments/schema.json', jsonSchema('Jernverk environment', environmentSchema)],
    ['workers/schema.json', jsonSchema('Jernverk worker', workerFileSchema)],
  ]);

function jsonSchema(title: string, of: z.ZodType): string {
  const schema = z.toJSONSchema(of, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}
