/** A point on the earth, in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius in kilometres (IUGG). */
const earthRadius_km = 6371.0088;
/** Kilometres that light travels in vacuum in a millisecond. */
const light_km_per_ms = 299.792458;
/** Group index of the most common fibre (ITU-T G.652) at 1550 nm. */
const fibreIndex = 1.468;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Kilometres along the great circle: no cable is shorter. */
export function distance_km(from: Place, to: Place): number {
  const latitude = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const longitude = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const cosines = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude));
  return 2 * earthRadius_km * Math.asin(Math.sqrt(latitude + cosines * longitude));
}

/** Milliseconds that light in fibre needs over a distance and back. A path can only be slower. */
export const lightThereAndBack_ms = (distance: number): number => (2 * distance * fibreIndex) / light_km_per_ms;

/** The least possible round trip between two places, in milliseconds. */
export const floor_ms = (from: Place, to: Place): number => lightThereAndBack_ms(distance_km(from, to));
