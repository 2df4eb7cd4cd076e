import { z } from 'zod';

export const destinationKinds = ['supply chain', 'operations', 'data', 'unknown'] as const;

/** One destination that a host or one of its containers talked to, added up since the counting began. */
export const destinationSchema = z.strictObject({
  host: z.string(),
  address: z.string(),
  /** Destination port; null where the protocol has none. */
  port: z.int().nullable(),
  protocol: z.string(),
  /** A name from the host's own configuration or resolver; null where none is known. */
  name: z.string().nullable(),
  /** Country of the address's holder by the registries; null where no record has it. */
  holderCountry: z.string().nullable(),
  /** Unit, process or container: `docker:image-resizer_00`, `apt`; null where it was gone before it could be asked. */
  who: z.string().nullable(),
  kind: z.enum(destinationKinds),
  /** The service of the egress policy, or the ring, that lets it out; null where nothing does. */
  allowedBy: z.string().nullable(),
  bytesOut: z.int(),
  bytesIn: z.int().nullable(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
});
export type Destination = Readonly<z.output<typeof destinationSchema>>;
