import * as z from 'zod';
import { type Audit, auditSchema } from '../audit.ts';
import { byCodeUnit, canonicalJson } from './canonical-json.ts';

export const findingsFile = 'findings.json';
export const statementFile = 'statement.json';
export const signatureFile = 'statement.json.sig';

/**
 * Identifies the predicate's meaning and how the other files are derived from findings.json. A change in the derivation
 * needs a new number: otherwise older bundles would look changed.
 */
export const predicateType = 'urn:jernverk:evidence:1';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

export const statementSchema = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: sha256Schema }) })),
  predicateType: z.literal(predicateType),
  predicate: auditSchema.pick({ at: true, environment: true, tool: true, rules: true, previous: true }),
});
export type Statement = Readonly<z.output<typeof statementSchema>>;

/** Every other file of a bundle with its digest (in-toto Statement v1), and which bundle came before. */
export function statementOf(audit: Audit, files: ReadonlyMap<string, { readonly sha256: string }>): string {
  const { at, environment, tool, rules, previous } = audit;
  return canonicalJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...files]
      .map(([name, { sha256 }]) => ({ name, digest: { sha256 } }))
      .sort((left, right) => byCodeUnit(left.name, right.name)),
    predicateType,
    predicate: { at, environment, tool, rules, previous },
  } satisfies Statement);
}
