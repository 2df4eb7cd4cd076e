import * as z from 'zod';

export const protocols = ['tcp', 'dns', 'ntp'] as const;

export const roundTripSchema = z.strictObject({
  target: z.string(),
  operator: z.string(),
  city: z.string(),
  protocol: z.enum(protocols),
  /** The address that was contacted. Null if the name has none. */
  address: z.string().nullable(),
  /** Who measured the time: the kernel (TCP's own estimate), or a program, which adds its own delays. */
  clock: z.enum(['kernel', 'program']),
  sent: z.int(),
  answered: z.int(),
  /** Share of what was sent, 0 to 1. */
  loss: z.number(),
  min_ms: z.number().nullable(),
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  /** What light in fibre needs to this target and back from the exchange city that the environment names. */
  floor_ms: z.number().nullable(),
  samples_ms: z.array(z.number()),
  /** Why nothing answered. Null if something did. */
  reason: z.string().nullable(),
  /**
   * A target that contradicts this one: by their round trips, the two cannot both be where the list says. Neither then
   * counts. Null if there is none.
   */
  contradictedBy: z.string().nullable().default(null),
});
export type RoundTrip = z.output<typeof roundTripSchema>;

export const pathSchema = z.strictObject({
  target: z.string(),
  hops: z.array(
    z.strictObject({
      /** Null if nothing answered at this hop. */
      address: z.string().nullable(),
      loss: z.number(),
      best_ms: z.number().nullable(),
      /** The exchange whose LAN the address belongs to. Null if there is none. */
      exchange: z.string().nullable(),
    }),
  ),
});

/** What the round trips exclude: light would not have come back so soon. */
export const excludedCitySchema = z.strictObject({
  city: z.string(),
  country: z.string(),
  excluded: z.boolean(),
  /** The target that excludes the city. Null if none does. */
  by: z.string().nullable(),
  /** The least possible round trip between that target and the city, at the speed of light in fibre. */
  floor_ms: z.number().nullable(),
});

export const networkSchema = z.strictObject({
  /** The exchange city that the verdict is about. */
  exchangeCity: z.string(),
  roundTrips: z.array(roundTripSchema),
  paths: z.array(pathSchema),
  /** Why a path is missing. Null if none is. */
  pathsReason: z.string().nullable().default(null),
  cities: z.array(excludedCitySchema),
});
export type NetworkData = z.output<typeof networkSchema>;
