import type { z } from 'zod';
import type { FileStore } from './file-store.ts';

/** What a handler knows about its job, apart from the input. */
export interface JobContext {
  readonly id: string;
  /** 1 on the first try. A job may run again after a power cut even if it was finished: handlers must be idempotent. */
  readonly attempt: number;
  readonly files: FileStore;
  /** Writes a line to the slot's log, with the job's id. */
  log(message: string): void;
}

export interface WorkerDefinition<Input> {
  /** Checked at run time before `handle` gets the input. A mismatch makes the job dead, with the path as reason. */
  readonly input: z.ZodType<Input>;
  /**
   * Does one job and returns its result, which must be JSON. Runs in a thread of its own, so it may use the CPU for as
   * long as it needs. Throws PermanentFailure if another attempt cannot help. After any other error the job is tried
   * again.
   */
  handle(input: Input, job: JobContext): Promise<unknown> | unknown;
}

/** Returns the worker, with its input type inferred from the schema. */
export const defineWorker = <Input>(definition: WorkerDefinition<Input>): WorkerDefinition<Input> => definition;
