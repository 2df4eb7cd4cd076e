import type { Job } from '../contract/job.ts';
import type { Level } from './log.ts';

/** From the slot to the handler's thread. */
export interface Assignment {
  readonly job: Job;
  readonly attempt: number;
}

/** How a handler ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly permanent: boolean; readonly reason: string };

/** From the handler's thread to the slot. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly level: Level; readonly message: string }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };
