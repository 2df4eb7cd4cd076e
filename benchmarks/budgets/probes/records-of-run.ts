import { z } from 'zod';
import { waitForRecords } from './records.ts';

/** Waits until all jobs have a record. Prints when each ended, in Unix milliseconds, and what the handlers said. */
const { count } = z.object({ count: z.int() }).parse(JSON.parse(process.env.SETTINGS ?? ''));
const waited = z.object({ waitedMs: z.number() });
const records = await waitForRecords(count);
console.log(
  JSON.stringify({
    times: records.map((record) => Date.parse(record.finishedAt)),
    done: records.filter((record) => record.state === 'done').length,
    waitedMs: records.map((record) => waited.safeParse(record.output).data?.waitedMs ?? null),
  }),
);
