import * as z from 'zod';

/** What the programs of probes/ print: one JSON value per line, with the outcome on the last one. */

const consumed = {
  deliveries: z.int(),
  distinct: z.int(),
  redelivered: z.int(),
  strange: z.int(),
  /** Jobs in the queue after the last ack. */
  left: z.int(),
};

export const publishAnswer = z.object({
  broker: z.string(),
  sent: z.int(),
  confirmed: z.int(),
  /** Confirms during the time that counts. */
  measured: z.int(),
  duration_ms: z.number(),
});

export const consumeAnswer = z.object({ ...consumed, duration_ms: z.number() });

export const latencyAnswer = z.object({
  ...consumed,
  confirmed: z.int(),
  duration_ms: z.number(),
  /** The largest delay of the sending program itself. */
  senderLate_ms: z.number(),
  took_us: z.array(z.number()),
});
export type LatencyAnswer = z.output<typeof latencyAnswer>;

export const backlogAnswer = z.object({
  ...consumed,
  confirmed: z.int(),
  fill_ms: z.number(),
  drain_ms: z.number(),
});

export const backlogLook = z.object({
  at_ms: z.number(),
  phase: z.enum(['fill', 'drain']),
  confirmed: z.int(),
  consumed: z.int(),
  waiting: z.int(),
  /** The raw line of /proc/<pid>/status, and that of /proc/diskstats below. */
  memory: z.string().nullable(),
  disk: z.string().nullable(),
});
export type BacklogLook = z.output<typeof backlogLook>;

/** The other way in which a program ends: the broker blocks publishers. */
const alarm = z.object({ alarm: z.string() });

const linesOf = (printed: string): readonly string[] => printed.split('\n').filter((line) => line !== '');

/** Returns the samples in what a program printed. Skips a line that was cut off. */
export function looksIn(printed: string): BacklogLook[] {
  return linesOf(printed).flatMap((line) => {
    const look = backlogLook.safeParse(parseLine(line));
    return look.success ? [look.data] : [];
  });
}

/** Why the broker blocked the publishers. Null if it did not. */
export function alarmIn(printed: string): string | null {
  const last = alarm.safeParse(parseLine(linesOf(printed).at(-1) ?? ''));
  return last.success ? last.data.alarm : null;
}

/** Returns the outcome: the last line. Throws Error if the last line is none. */
export function outcomeOf<Schema extends z.ZodType>(printed: string, schema: Schema): z.output<Schema> {
  const last = linesOf(printed).at(-1) ?? '';
  const outcome = schema.safeParse(parseLine(last));
  if (outcome.success) return outcome.data;
  throw new Error(`the load program ended without an outcome; its last line is ${JSON.stringify(last.slice(0, 200))}`);
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

interface Counts {
  readonly distinct: number;
  readonly strange: number;
  readonly left: number;
}

/** Throws Error if confirmed jobs are missing, other jobs came, or jobs are left. */
export function checkCounts(confirmed: number, { distinct, strange, left }: Counts): void {
  if (distinct === confirmed && strange === 0 && left === 0) return;
  throw new Error(
    `the broker confirmed ${confirmed} jobs. It delivered ${distinct} of them and ${strange} others, and ${left} are left: do not trust it with jobs`,
  );
}
