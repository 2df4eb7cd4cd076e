import * as z from 'zod';

/** The states of a slot. Only `consuming` and `busy` slots take jobs. */
export const slotStates = ['starting', 'consuming', 'busy', 'draining', 'stopped'] as const;
export type SlotState = (typeof slotStates)[number];

/** Milliseconds between two writes of the status file by an idle slot. */
export const beatMs = 2_000;
/** Milliseconds without a write after which a slot counts as silent. switch-release has the same number. */
export const silentAfterMs = 15_000;

/**
 * One line of JSON that a slot writes to its status file, as the host reads it. A worker can write anything into that
 * file.
 */
export const slotStatusSchema = z.object({
  /** Version of this format, to which fields are only ever added. A slot of an earlier release writes none. */
  version: z.int().catch(1),
  worker: z.string().default(''),
  slot: z.string(),
  release: z.string(),
  /** One of `slotStates` if Jernverk's runtime wrote it. */
  state: z.string(),
  /** Id of the current job, or null. */
  job: z.string().nullable(),
  /** Number of jobs since this process started. */
  done: z.number(),
  failed: z.number(),
  /** Unix milliseconds of the last write. */
  beat: z.number(),
});
export type SlotStatus = z.output<typeof slotStatusSchema>;

/** Reads one line of a status file. Null if it is not a status. */
export function parseSlotStatus(line: string): SlotStatus | null {
  try {
    return slotStatusSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/**
 * The only rule for a slot's health, at `now` in Unix milliseconds. Returns "running" if the slot takes jobs, "without
 * status" or "without a sign of life" if it reports nothing, else its state.
 */
export function healthOf(status: SlotStatus | null, now: number): string {
  if (status === null) return 'without status';
  if (now - status.beat > silentAfterMs) return 'without a sign of life';
  return status.state === 'consuming' || status.state === 'busy' ? 'running' : status.state;
}
