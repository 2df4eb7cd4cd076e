import * as z from 'zod';
import { vhost } from './topology.ts';

/** Where the programs in a container find what the host gives them. */
export const inContainer = {
  settings: '/run/jernverk/settings.json',
  brokerSocket: '/run/jernverk/broker/broker.sock',
  brokerPassword: '/run/secrets/broker',
  files: '/files',
  status: '/run/jernverk/slot/status.json',
} as const;

/** How to reach the broker. The password stays in its file until login. */
export const brokerSettingsSchema = z.object({
  socket: z.string().min(1),
  vhost: z.string().min(1),
  user: z.string().min(1),
  passwordFile: z.string().min(1),
});
export type BrokerSettings = z.output<typeof brokerSettingsSchema>;

/** What every container is told about the broker. */
export const brokerSettingsOf = (user: string): BrokerSettings => ({
  socket: inContainer.brokerSocket,
  vhost,
  user,
  passwordFile: inContainer.brokerPassword,
});

/**
 * How the slots of one revision of a worker run: one JSON file, which each of them has read-only. The host's own
 * programs read none of it.
 */
export const slotSettingsSchema = z.object({
  /** Version of this format, to which fields are only ever added. */
  version: z.literal(1),
  /** Also the name of the queue. */
  worker: z.string().min(1),
  release: z.string().min(1),
  broker: brokerSettingsSchema,
  /** Root of the file store. */
  files: z.string().min(1),
  /** Bytes of its file system that a handler's files must leave free. */
  filesFreeLimit: z.int().min(0),
  statusFile: z.string().min(1),
  /** Time that a running job has to finish after SIGTERM. */
  drainSeconds: z.number().positive(),
  /** Attempts per job, the first included. The broker's own delivery limit is far above it. */
  attempts: z.int().min(1),
  /** Wait before the second attempt. Doubles with each further attempt, up to 30 s. */
  retrySeconds: z.number().positive(),
});
export type SlotSettings = z.output<typeof slotSettingsSchema>;

/** Seconds before the second attempt of a job. */
export const firstRetrySeconds = 0.5;
