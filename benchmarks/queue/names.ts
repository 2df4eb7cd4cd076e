/** Names and places of the benchmark on a host: all of it is gone after a run. */

/** In memory, so that a power cut takes the password away too. */
export const roomFolder = '/run/jernverk/bench-queue';
export const passwordFile = `${roomFolder}/password`;

/** Label of the containers that make the load. */
export const containerLabel = 'jernverk.bench=queue';

/** Where such a container finds what the kernel says of the broker's process. */
export const brokerStatusFile = '/run/jernverk/broker-status';
