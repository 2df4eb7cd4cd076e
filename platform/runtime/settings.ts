import * as z from 'zod';

const seconds = z.coerce.number().positive();

const brokerShape = {
  JERNVERK_BROKER_SOCKET: z.string().min(1),
  JERNVERK_BROKER_VHOST: z.string().min(1),
  JERNVERK_BROKER_USER: z.string().min(1),
  JERNVERK_BROKER_PASSWORD_FILE: z.string().min(1),
};

const slotSchema = z
  .object({
    ...brokerShape,
    JERNVERK_WORKER: z.string().min(1),
    JERNVERK_SLOT: z.string().min(1),
    JERNVERK_RELEASE: z.string().min(1),
    JERNVERK_QUEUE: z.string().min(1),
    JERNVERK_FILES: z.string().min(1),
    JERNVERK_FILES_FREE_LIMIT: z.coerce.number().int().min(0).default(0),
    JERNVERK_STATUS_FILE: z.string().min(1),
    JERNVERK_DRAIN_SECONDS: seconds.default(60),
    JERNVERK_DELIVERY_LIMIT: z.coerce.number().int().min(1).default(5),
    JERNVERK_RETRY_SECONDS: seconds.default(0.5),
  })
  .transform((env) => ({
    broker: brokerOf(env),
    worker: env.JERNVERK_WORKER,
    slot: env.JERNVERK_SLOT,
    release: env.JERNVERK_RELEASE,
    queue: env.JERNVERK_QUEUE,
    /** Root of the file store. */
    files: env.JERNVERK_FILES,
    /** Bytes of its file system that a handler's files must leave free. */
    filesFreeLimit: env.JERNVERK_FILES_FREE_LIMIT,
    statusFile: env.JERNVERK_STATUS_FILE,
    /** Milliseconds that a running job has to finish after SIGTERM. */
    drainMs: env.JERNVERK_DRAIN_SECONDS * 1000,
    /** Attempts per job. The broker's own delivery limit must not be lower. */
    deliveryLimit: env.JERNVERK_DELIVERY_LIMIT,
    /** Milliseconds before the second attempt. Doubles with each further attempt, up to 30 s. */
    retryMs: env.JERNVERK_RETRY_SECONDS * 1000,
  }));

const enqueueSchema = z
  .object({ ...brokerShape, JERNVERK_QUEUE: z.string().min(1), JERNVERK_FILES: z.string().min(1) })
  .transform((env) => ({ broker: brokerOf(env), queue: env.JERNVERK_QUEUE, files: env.JERNVERK_FILES }));

/** How to reach the broker. The password stays in its file until login. */
export interface BrokerSettings {
  readonly socket: string;
  readonly vhost: string;
  readonly user: string;
  readonly passwordFile: string;
}
export type SlotSettings = z.output<typeof slotSchema>;
export type EnqueueSettings = z.output<typeof enqueueSchema>;

/** Throws an Error that names every variable that is missing or wrong. */
export const parseSlotSettings = (env: NodeJS.ProcessEnv): SlotSettings => parse(slotSchema, env);
/** Throws an Error that names every variable that is missing or wrong. */
export const parseEnqueueSettings = (env: NodeJS.ProcessEnv): EnqueueSettings => parse(enqueueSchema, env);

function brokerOf(env: z.output<z.ZodObject<typeof brokerShape>>): BrokerSettings {
  return {
    socket: env.JERNVERK_BROKER_SOCKET,
    vhost: env.JERNVERK_BROKER_VHOST,
    user: env.JERNVERK_BROKER_USER,
    passwordFile: env.JERNVERK_BROKER_PASSWORD_FILE,
  };
}

function parse<Output>(schema: z.ZodType<Output>, env: NodeJS.ProcessEnv): Output {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(`the container's environment is wrong:\n${z.prettifyError(parsed.error)}`);
}
