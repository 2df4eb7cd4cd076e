import { z } from 'zod';
import { textSchema } from '../lib/text.ts';

/** The chapters of the report, in their order. */
export const chapters = ['where', 'destinations', 'egress', 'addresses', 'access', 'controls'] as const;
export type Chapter = (typeof chapters)[number];

/**
 * `not evaluated`: nobody looked, or the answer was not there. `error`: looking failed. Neither is a pass, and no
 * finding at all is never one either.
 */
export const statuses = ['pass', 'fail', 'not applicable', 'not evaluated', 'error'] as const;
export type Status = (typeof statuses)[number];

/** What an observation shows: it is so now; it is configured to stay so; it was so again after a boot. */
export const proofs = ['running', 'persistent', 'after reboot'] as const;
export type Proof = (typeof proofs)[number];

export const waiverSchema = z.strictObject({
  /** Who accepted it; left out where the environment does not say. */
  by: z.string().min(1).optional(),
  reason: z.string().min(1),
  expires: z.iso.date(),
});

export const findingSchema = z.strictObject({
  /** Stable, such as `where/disk-local`: the same check of the same host at another time. */
  id: z.string().regex(/^[a-z]+\/[a-z0-9-]+$/),
  chapter: z.enum(chapters),
  host: z.string(),
  title: textSchema,
  status: z.enum(statuses),
  /** The finding in one or two sentences; for `not applicable`, `not evaluated` and `error` it says why. */
  words: textSchema,
  /** As the host said it, shortened; empty where nothing was seen. */
  observed: z.string(),
  expected: textSchema,
  /** What was run on the host, or which key of the environment was read. */
  command: z.string(),
  at: z.iso.datetime(),
  proves: z.array(z.enum(proofs)),
  /** Legal basis and frameworks: `GDPR art. 32`, `SOV-2`. */
  basis: z.array(z.string()),
  /** Paths of the raw outputs in the bundle that it rests on. */
  evidence: z.array(z.string()),
  /**
   * Somebody accepted a failure until a date. It stays a failure, and says so. Where that date is before the audit's, nobody
   * accepts it any more, and it is kept here to tell. Null where nobody ever did, and where the status is none of failure.
   */
  waiver: waiverSchema.nullable(),
});
export type Finding = Readonly<z.output<typeof findingSchema>>;
