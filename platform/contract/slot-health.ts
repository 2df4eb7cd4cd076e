import { z } from 'zod';

/** What a slot does. Only `consuming` and `busy` take jobs. */
export const slotStates = ['starting', 'consuming', 'busy', 'draining', 'stopped'] as const;
export type SlotState = (typeof slotStates)[number];

/** Milliseconds between two writes of the status file by an idle slot. */
export const beatMs = 2_000;
/** Milliseconds without a write after which a slot counts as silent. switch-release has the same number. */
export const silentAfterMs = 15_000;

/** One line of JSON that a slot writes to its status file, as the host reads it: a worker can write anything there. */
export const slotStatusSchema = z.object({
  /** Of this format, which only grows; a slot of an earlier release says none. */
  version: z.int().catch(1),
  worker: z.string().default(''),
  slot: z.string(),
  release: z.string(),
  /** One of `slotStates` if our runtime wrote it. */
  state: z.string(),
  /** The job in hand, or null. */
  job: z.string().nullable(),
  /** Jobs since the start of this process. */
  done: z.number(),
  failed: z.number(),
  /** Unix milliseconds of the last write. */
  beat: z.number(),
});
export type SlotStatus = z.output<typeof slotStatusSchema>;

/** Returns the status in a line of a status file. Null if it is not one, or of another version. */
export function parseSlotStatus(line: string): SlotStatus | null {
  try {
    return slotStatusSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/**
 * The one rule of a slot's health, at `now` in Unix milliseconds: "running" if it takes jobs, "without status" or
 * "without a sign of life" if it says nothing, else its state.
 */
export function healthOf(status: SlotStatus | null, now: number): string {
  if (status === null) return 'without status';
  if (now - status.beat > silentAfterMs) return 'without a sign of life';
  return status.state === 'consuming' || status.state === 'busy' ? 'running' : status.state;
}
