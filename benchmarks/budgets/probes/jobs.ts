import type { ChannelModel } from 'amqplib';
import { jobProperties, newJob } from '../../../platform/contract/job.ts';
import { jobsExchange } from '../../../platform/contract/topology.ts';
import { openPublisher } from '../../../platform/runtime/publisher.ts';
import { connectAs } from '../../probes/broker.ts';

export const queue = 'empty';
/** Where the container sees the host's file store. */
export const files = '/files';

/** Connects as administrator. */
export const openConnection = (): Promise<ChannelModel> => connectAs('jernverk', '/run/secrets/rabbitmq/jernverk');

/** Sends jobs. Each call resolves with the broker's confirm. */
export async function openJobs(
  connection: ChannelModel,
): Promise<(worker: string, input: object, id: string) => Promise<void>> {
  const publisher = openPublisher(await connection.createConfirmChannel(), jobsExchange, 60_000);
  return (worker, input, id) => {
    const job = newJob({ id, worker, client: 'budgets', input }, new Date());
    return publisher.publish(worker, Buffer.from(JSON.stringify(job)), jobProperties(job));
  };
}

/** The number of waiting jobs, without those that a consumer holds, and the number of consumers. */
export async function look(connection: ChannelModel, name: string): Promise<{ waiting: number; consumers: number }> {
  const channel = await connection.createChannel();
  const { messageCount, consumerCount } = await channel.checkQueue(name);
  await channel.close();
  return { waiting: messageCount, consumers: consumerCount };
}
