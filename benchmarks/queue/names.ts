/** Names and places of the benchmark on a host. All of them are gone after a run. */

/** In memory, so that the password does not survive a power cut. */
export const roomFolder = '/run/jernverk/bench-queue';
export const passwordFile = `${roomFolder}/password`;

/** Label of the load containers. */
export const containerLabel = 'jernverk.bench=queue';

/** Where a load container finds the kernel's status file of the broker's process. */
export const brokerStatusFile = '/run/jernverk/broker-status';
