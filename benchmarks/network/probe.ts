import { type Command, sh } from '../../lib/shell.ts';
import program from './probe.bash';
import type { Target } from './targets.ts';

/** How often and at which interval a target is contacted. */
export interface Pace {
  readonly samples: number;
  readonly interval_ms: number;
  /** Samples without any answer after which the probe gives up on a target. */
  readonly patience: number;
}

/** One sample a second is a polite rate for a stranger's server. The quick form takes only a few samples. */
export const paceOf = (quick: boolean): Pace =>
  quick ? { samples: 8, interval_ms: 250, patience: 3 } : { samples: 25, interval_ms: 1000, patience: 5 };

/** A target with the address at which it is contacted. */
export interface Asked {
  readonly target: Pick<Target, 'protocol' | 'port' | 'zone'>;
  readonly address: string;
}

/** The probe with all targets. The script documents what it prints. */
export function probeCommand(asked: readonly Asked[], { samples, interval_ms, patience }: Pace): Command {
  const targets = asked.flatMap(({ target, address }) => [
    target.protocol,
    address,
    target.port,
    target.zone === null ? '' : questionOf(target.zone),
  ]);
  return sh`exec bash --norc -c ${program} probe ${[samples, interval_ms * 1000, patience, ...targets]}`;
}

/** RFC 1035: labels with their length, the root, then type SOA (6) and class IN (1), as escapes of printf. */
export function questionOf(zone: string): string {
  const labels = zone.replace(/\.$/, '').split('.');
  const name = labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]);
  return [...name, 0, 0, 6, 0, 1].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** One sample. `time_ms` is null if an answer came but its time is unusable, because the clock was set meanwhile. */
export type Sample =
  | { readonly kind: 'answered'; readonly time_ms: number | null }
  | { readonly kind: 'lost' | 'stopped'; readonly reason: string };

/**
 * Returns the samples of each target, by its index. Skips a line that was cut off, as the last one of a lost host may
 * be.
 */
export function parseSamples(output: string, targets: number): readonly (readonly Sample[])[] {
  const samples = Array.from({ length: targets }, (): Sample[] => []);
  for (const line of output.split('\n')) {
    const [index = '', kind = '', ...rest] = line.split('\t');
    const sample = parseSample(kind, rest.join('\t'));
    if (sample !== null) samples[Number(index)]?.push(sample);
  }
  return samples;
}

function parseSample(kind: string, detail: string): Sample | null {
  switch (kind) {
    case 'udp':
      return /^-?\d+$/.test(detail) ? { kind: 'answered', time_ms: fromClock(Number(detail)) } : null;
    case 'tcp':
      return parseSocket(detail);
    case 'lost':
      return { kind: 'lost', reason: detail };
    case 'stop':
      return { kind: 'stopped', reason: detail };
    default:
      return null;
  }
}

/** A time above every timeout of the probe, or below zero, comes from a change of the clock. */
const fromClock = (microseconds: number): number | null =>
  microseconds >= 0 && microseconds < 10_000_000 ? microseconds / 1000 : null;

/**
 * One line of `ss -ti` about a connection over which nothing was sent. The kernel has seen one round trip, of SYN and
 * SYN-ACK, and shows it as `rtt:0.871/0.435` and as `minrtt:0.871`, in milliseconds. `retrans:0/1` means that one of
 * the two was lost and sent again.
 */
export function parseSocket(line: string): Sample | null {
  const round = /\bminrtt:(\d+(?:\.\d+)?)(?:\s|$)/.exec(line)?.[1] ?? /\brtt:(\d+(?:\.\d+)?)\//.exec(line)?.[1];
  const again = Number(/\bretrans:\d+\/(\d+)/.exec(line)?.[1] ?? 0);
  if (again > 0) return { kind: 'lost', reason: 'the first packet or its answer was lost' };
  return round === undefined ? null : { kind: 'answered', time_ms: Number(round) };
}
