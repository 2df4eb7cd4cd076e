import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../../probes/broker.ts';
import { look, openConnection, queue } from './jobs.ts';

/**
 * Prints how many jobs are left in the queue of the empty worker. The last ack may still be under way, so it tries for
 * a while.
 */
const connection = await openConnection();
let seen = await look(connection, queue);
for (let tries = 0; seen.waiting > 0 && tries < 50; tries += 1) {
  await sleep(100);
  seen = await look(connection, queue);
}
say(seen);
await connection.close();
