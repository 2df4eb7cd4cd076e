import * as z from 'zod';
import { destinationSchema } from './destinations/destination.ts';
import { findingSchema } from './finding.ts';

export const auditSchema = z.strictObject({
  format: z.literal('jernverk-audit/1'),
  environment: z.string(),
  /** When the audit began. It is the only time in the bundle, so that the same inputs give the same bytes. */
  at: z.iso.datetime(),
  /** Version of Jernverk. */
  tool: z.string(),
  /** SHA-256 over the checks' ids and words: an audit with other rules is another audit. */
  rules: z.string().regex(/^[0-9a-f]{64}$/),
  addresses: z.strictObject({
    date: z.iso.datetime(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string(),
    attribution: z.string(),
  }),
  /** What was audited, and which parts of the environment were not, with the reason. */
  scope: z.strictObject({
    hosts: z.array(z.string()),
    excluded: z.array(z.strictObject({ host: z.string(), reason: z.string() })),
  }),
  findings: z.array(findingSchema),
  destinations: z.array(destinationSchema),
  /** The statement of the previous bundle. Null if this is the first. */
  previous: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), at: z.iso.datetime() }).nullable(),
});
/** The reason in `scope.excluded` for a host that nobody chose. The pages translate it. */
export const notAskedFor = 'not asked for';

/** The content of `findings.json`. */
export type Audit = Readonly<z.output<typeof auditSchema>>;
