import type { ChannelModel } from 'amqplib';
import type { z } from 'zod';
import { connectBroker } from '../../platform/runtime/connection.ts';
import { brokerSocket } from '../../provision/topics/broker/names.ts';

/**
 * What the load programs share. They run in a container, read their settings from SETTINGS, and print lines of JSON.
 */

/** Connects as this user to the virtual host of the same name, over the socket that slots use. */
export const connectAs = (user: string, passwordFile: string): Promise<ChannelModel> =>
  connectBroker({ socket: brokerSocket, vhost: user, user, passwordFile });

export const readSettings = <Schema extends z.ZodType>(schema: Schema): z.output<Schema> =>
  schema.parse(JSON.parse(process.env.SETTINGS ?? ''));

export const say = (answer: object): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
};
