import * as z from 'zod';

export const destinationKinds = ['supply chain', 'operations', 'data', 'unknown'] as const;

/** One destination that a host or one of its containers talked to, summed up since the counting began. */
export const destinationSchema = z.strictObject({
  host: z.string(),
  address: z.string(),
  /** Destination port. Null if the protocol has none. */
  port: z.int().nullable(),
  protocol: z.string(),
  /** A name from the host's own configuration or resolver. Null if none is known. */
  name: z.string().nullable(),
  /** Country of the address's holder according to the registries. Null if no record has it. */
  holderCountry: z.string().nullable(),
  /**
   * Unit, process or container: `docker:image-resizer_00`, `apt`. Null if it had ended before it could be identified.
   */
  who: z.string().nullable(),
  kind: z.enum(destinationKinds),
  /** The service of the egress policy, or the ring, that allows it. Null if none does. */
  allowedBy: z.string().nullable(),
  bytesOut: z.int(),
  bytesIn: z.int().nullable(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
});
export type Destination = Readonly<z.output<typeof destinationSchema>>;
