import * as z from 'zod';
import { readSettings, say } from '../../probes/broker.ts';
import { waitForRecords } from './records.ts';

/** Waits until all jobs have a record. Prints when each ended, in Unix milliseconds, and what the handlers returned. */
const { count } = readSettings(z.object({ count: z.int() }));
const waited = z.object({ waitedMs: z.number() });
const records = await waitForRecords(count);
say({
  times: records.map((record) => Date.parse(record.finishedAt)),
  done: records.filter((record) => record.state === 'done').length,
  waitedMs: records.map((record) => waited.safeParse(record.output).data?.waitedMs ?? null),
});
