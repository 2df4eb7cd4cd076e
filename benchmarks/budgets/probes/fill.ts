import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { readSettings, say } from '../../probes/broker.ts';
import { openConnection, openJobs, queue } from './jobs.ts';

/** Puts jobs into the queue of the empty worker and waits for all confirms. */
const { count } = readSettings(z.object({ count: z.int() }));
const connection = await openConnection();
const publish = await openJobs(connection);
let left = count;
const lane = async () => {
  while (left > 0) {
    left -= 1;
    await publish(queue, { enqueuedNs: '0' }, randomUUID());
  }
};
await Promise.all(Array.from({ length: 200 }, lane));
await connection.close();
say({ count });
