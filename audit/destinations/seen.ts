import * as z from 'zod';
import { unreadable } from '../checks/parts.ts';

/**
 * The file in which a host sums up where its connections go (`provision/topics/egress/seen.sh`), as lines of kind,
 * source, who, address, protocol, port, packets, bytes, first and last seen (seconds since 1970), separated by tabs.
 */

export const seenKinds = ['out', 'in', 'outside'] as const;

/**
 * `out`: sent by the side that began the connection. `in`: the replies. `outside`: not allowed by any ring of the
 * policy.
 */
export type SeenKind = (typeof seenKinds)[number];

export interface SeenLine {
  readonly kind: SeenKind;
  /** `host`, `container`, or the address for which the packet was forwarded. */
  readonly source: string;
  /** `unit:…`, `process:…`, `user:…`, `docker:…`. Null if the sender could no longer be identified. */
  readonly who: string | null;
  readonly address: string;
  readonly protocol: string;
  /** Destination port. Null if the protocol has none. */
  readonly port: number | null;
  readonly packets: number;
  readonly bytes: number;
  readonly first: Date;
  readonly last: Date;
}

export interface Seen {
  readonly since: Date;
  readonly sampled: Date;
  /** Lines that were dropped because there were too many. */
  readonly evicted: number;
  /** Number of elements in the fullest set in the kernel. */
  readonly largest: number;
  readonly lines: readonly SeenLine[];
}

/** Capacity of a set in the kernel. What comes when it is full is not counted. */
export const setSize = 65_535;

const count = z.string().regex(/^\d+$/).transform(Number);
const seconds = z
  .string()
  .regex(/^\d{1,11}$/)
  .transform((text) => new Date(Number(text) * 1000));
const lineSchema = z.tuple([
  z.enum(seenKinds),
  z.string().min(1),
  z.string().transform((who) => (who === '-' ? null : who)),
  z.union([z.ipv4(), z.ipv6()]),
  z.string().min(1),
  z.union([z.literal('-').transform(() => null), count]),
  count,
  count,
  seconds,
  seconds,
]);

/** Throws Error, naming the first bad line, if the file is damaged: such a file says nothing. */
export function parseSeen(text: string): Seen {
  const [head = '', ...rest] = text.split('\n');
  const [, since, sampled, evicted, largest] =
    /^# jernverk-destinations\/1 since=(\d+) sampled=(\d+) evicted=(\d+) largest=(\d+) *$/.exec(head) ?? [];
  if (since === undefined || sampled === undefined)
    throw unreadable(`uventet første linje: ${head.slice(0, 80)}`, `unexpected first line: ${head.slice(0, 80)}`);
  return {
    since: new Date(Number(since) * 1000),
    sampled: new Date(Number(sampled) * 1000),
    evicted: Number(evicted),
    largest: Number(largest),
    lines: rest.filter((line) => line !== '').map(parseLine),
  };
}

function parseLine(line: string): SeenLine {
  const parsed = lineSchema.safeParse(line.split('\t'));
  if (!parsed.success) throw unreadable(`uventet linje: ${line.slice(0, 80)}`, `unexpected line: ${line.slice(0, 80)}`);
  const [kind, source, who, address, protocol, port, packets, bytes, first, last] = parsed.data;
  return { kind, source, who, address, protocol, port, packets, bytes, first, last };
}
