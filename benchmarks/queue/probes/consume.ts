import { z } from 'zod';
import { openConnection, say } from './broker.ts';
import { consumeAll, leftInQueue, nothingYet } from './consumer.ts';

/** Takes all jobs out of the queue and acks each. */
const settings = z.object({ expected: z.int(), prefetch: z.int() }).parse(JSON.parse(process.env.SETTINGS ?? ''));
const connection = await openConnection();
const consumed = nothingYet();
const { durationMs } = await consumeAll(connection, { ...settings, consumed });
say({ ...consumed, duration_ms: durationMs, left: await leftInQueue(connection) });
await connection.close();
