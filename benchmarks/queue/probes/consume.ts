import { z } from 'zod';
import { openConnection, say } from './broker.ts';
import { consumeAll, nothingYet, takeRest } from './consumer.ts';

/** Takes all jobs out of the queue and acks each. */
const settings = z.object({ expected: z.int(), prefetch: z.int() }).parse(JSON.parse(process.env.SETTINGS ?? ''));
const connection = await openConnection();
const consumed = nothingYet();
const { durationMs } = await consumeAll(connection, { ...settings, consumed });
const left = await takeRest(connection, consumed);
say({ ...consumed, duration_ms: durationMs, left });
await connection.close();
