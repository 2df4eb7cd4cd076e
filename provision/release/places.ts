/** Where a release lives on a host. */

/** Holds the id of the release whose slots do the work. */
export const currentReleaseFile = '/var/lib/jernverk/releases/current';
