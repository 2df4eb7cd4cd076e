import * as z from 'zod';
import { readSettings, say } from '../../probes/broker.ts';
import { consumeAll, nothingYet, takeRest } from './consumer.ts';
import { openConnection } from './jobs.ts';

/** Takes all jobs out of the queue and acks each one. */
const settings = readSettings(z.object({ expected: z.int(), prefetch: z.int() }));
const connection = await openConnection();
const consumed = nothingYet();
const { durationMs } = await consumeAll(connection, { ...settings, consumed });
const left = await takeRest(connection, consumed);
say({ ...consumed, duration_ms: durationMs, left });
await connection.close();
