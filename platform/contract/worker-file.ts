import * as z from 'zod';

/**
 * `workers/<worker>/worker.yaml`: what the code says of itself. The environment says how many slots, how large, where.
 * The file may be left out, and each key of it, too.
 */
export const workerFileSchema = z.strictObject({
  run: z.literal('node').default('node').describe('How the code runs: node, a handler in TypeScript.'),
  retries: z
    .int()
    .min(0)
    .max(40)
    .default(4)
    .describe('Further attempts of a job whose handler fails, after the first; then the job is dead.'),
});
export type WorkerFile = z.output<typeof workerFileSchema>;
