import * as z from 'zod';
import { textSchema } from '../lib/text.ts';

/** The chapters of the report, in order. */
export const chapters = ['where', 'destinations', 'egress', 'addresses', 'access', 'controls'] as const;
export type Chapter = (typeof chapters)[number];

/**
 * `not evaluated`: nobody looked, or there was no answer. `error`: looking failed. Neither is a pass, and neither is a
 * missing finding.
 */
export const statuses = ['pass', 'fail', 'not applicable', 'not evaluated', 'error'] as const;
export type Status = (typeof statuses)[number];

/** What an observation shows: the state holds now; it is configured to persist; it held again after a boot. */
export const proofs = ['running', 'persistent', 'after reboot'] as const;
export type Proof = (typeof proofs)[number];

export const waiverSchema = z.strictObject({
  /** Who accepted it. Left out if the environment does not say. */
  by: z.string().min(1).optional(),
  reason: z.string().min(1),
  expires: z.iso.date(),
});

export const findingSchema = z.strictObject({
  /** Stable, such as `where/disk-local`: identifies the same check of the same host at another time. */
  id: z.string().regex(/^[a-z]+\/[a-z0-9-]+$/),
  chapter: z.enum(chapters),
  host: z.string(),
  title: textSchema,
  status: z.enum(statuses),
  /** The finding in one or two sentences. For `not applicable`, `not evaluated` and `error` it says why. */
  words: textSchema,
  /** The host's own output, shortened. Empty if nothing was seen. */
  observed: z.string(),
  expected: textSchema,
  /** The command that ran on the host, or the key of the environment that was read. */
  command: z.string(),
  at: z.iso.datetime(),
  proves: z.array(z.enum(proofs)),
  /** Legal basis and frameworks: `GDPR art. 32`, `SOV-2`. */
  basis: z.array(z.string()),
  /** Paths in the bundle of the raw outputs that the finding is based on. */
  evidence: z.array(z.string()),
  /**
   * The waiver for this failure, kept even after it has expired. A waived finding is still a failure. Null if there was
   * never a waiver or the finding is not a failure.
   */
  waiver: waiverSchema.nullable(),
});
export type Finding = Readonly<z.output<typeof findingSchema>>;
