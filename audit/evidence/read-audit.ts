import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError, messageOf } from '../../lib/errors.ts';
import { type Audit, auditSchema } from '../audit.ts';
import { findingsFile } from './statement.ts';

/** Returns the findings of a bundle. Verifies nothing. Throws InputError BUNDLE_UNREADABLE if they cannot be read. */
export async function readAudit(folder: string): Promise<Audit> {
  const file = join(folder, findingsFile);
  try {
    return auditSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new InputError('BUNDLE_UNREADABLE', `cannot read ${file}: ${why}`, {
      hint: 'name the folder of a bundle that jernverk audit wrote',
      cause,
    });
  }
}
