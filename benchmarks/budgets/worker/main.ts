import * as z from 'zod';
import { run } from '../../../platform/runtime/run.ts';
import { defineWorker } from '../../../platform/runtime/worker.ts';

/**
 * Does nothing, and reports how long the job waited. The clock is the kernel's, the same in all containers of a host.
 */
run(
  defineWorker({
    input: z.object({ enqueuedNs: z.string() }),
    handle: ({ enqueuedNs }) => ({ waitedMs: Number(process.hrtime.bigint() - BigInt(enqueuedNs)) / 1e6 }),
  }),
);
