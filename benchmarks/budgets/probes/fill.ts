import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openConnection, openJobs, queue } from './broker.ts';

/** Puts jobs into the queue of the empty worker, all of them confirmed. */
const { count } = z.object({ count: z.int() }).parse(JSON.parse(process.env.SETTINGS ?? ''));
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
console.log(JSON.stringify({ count }));
