import { z } from 'zod';

export const protocols = ['tcp', 'dns', 'ntp'] as const;

export const roundTripSchema = z.strictObject({
  target: z.string(),
  operator: z.string(),
  city: z.string(),
  protocol: z.enum(protocols),
  /** The address that was asked; null where the name has none. */
  address: z.string().nullable(),
  /** Who measured the time: the kernel (TCP's own estimate), or a program, which is later by its own delays. */
  clock: z.enum(['kernel', 'program']),
  sent: z.int(),
  answered: z.int(),
  /** Share of what was sent, 0 to 1. */
  loss: z.number(),
  min_ms: z.number().nullable(),
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  /** What light in fibre needs there and back from the exchange city that the environment names. */
  floor_ms: z.number().nullable(),
  samples_ms: z.array(z.number()),
  /** Why nothing answered; null where something did. */
  reason: z.string().nullable(),
  /** A target with which it cannot both be where the list says, by their round trips; neither counts then. Null where none is. */
  contradictedBy: z.string().nullable().default(null),
});
export type RoundTrip = z.output<typeof roundTripSchema>;

export const pathSchema = z.strictObject({
  target: z.string(),
  hops: z.array(
    z.strictObject({
      /** Null where nothing answered at this place of the path. */
      address: z.string().nullable(),
      loss: z.number(),
      best_ms: z.number().nullable(),
      /** The exchange whose LAN the address belongs to; null where it is none. */
      exchange: z.string().nullable(),
    }),
  ),
});

/** What the round trips rule out: light would not have come back so soon. */
export const excludedCitySchema = z.strictObject({
  city: z.string(),
  country: z.string(),
  excluded: z.boolean(),
  /** The target that excludes it; null where none does. */
  by: z.string().nullable(),
  /** Least round trip between that target and the city, at the speed of light in fibre. */
  floor_ms: z.number().nullable(),
});

export const networkSchema = z.strictObject({
  /** The exchange city against which the verdict is given. */
  exchangeCity: z.string(),
  roundTrips: z.array(roundTripSchema),
  paths: z.array(pathSchema),
  /** Why a path is missing; null where none is. */
  pathsReason: z.string().nullable().default(null),
  cities: z.array(excludedCitySchema),
});
export type NetworkData = z.output<typeof networkSchema>;
