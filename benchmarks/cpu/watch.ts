import { type Command, raw } from '../../lib/shell.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { type Look, parseLook, samplesOf } from './counters.ts';
import type { NeighbourSample } from './result.ts';

/** Samples what others do on a host, about once a second, until it is stopped. */
export interface Watch {
  /** All samples so far. `at_ms` is on the clock that `startWatch` was given. */
  readonly samples: () => NeighbourSample[];
  /** Everything that the host printed so far, for the evidence. */
  readonly printed: () => string;
  /** Ends the loop on the host. Never rejects: a lost host is no longer watched, and its samples stay. */
  readonly stop: () => Promise<void>;
}

const endOfLook = '.';
/** Characters. A day of samples is a tenth of this. A host that prints more is no longer watched. */
const mostCharacters = 64 * 2 ** 20;

/** One process per sample, for which missing files are no error. A sample costs some milliseconds of one processor. */
export const watchCommand: Command = raw(`while :; do
  grep -HsE '^(cpu |ctxt |some |[0-9.]+ [0-9.]+$)' /proc/uptime /proc/stat /proc/pressure/cpu /proc/pressure/io /proc/pressure/memory || :
  echo ${endOfLook}
  sleep 1
done`);

/**
 * Starts the watch on its own channel, in parallel with what else runs on the host.
 *
 * @param clock milliseconds since the run began, on this machine; by default since this call. The host's timestamps are
 * moved onto it by the sample that arrived with the least delay, so a slow connection shifts no sample.
 */
export function startWatch(host: Host, clock: () => number = clockFromNow()): Watch {
  const looks: Look[] = [];
  const printed: string[] = [];
  let lines: string[] = [];
  let offset_ms = Number.POSITIVE_INFINITY;
  let characters = 0;
  const stop = new AbortController();
  const ended = host.follow(
    watchCommand,
    (line) => {
      characters += line.length;
      if (characters > mostCharacters) {
        stop.abort();
        return;
      }
      printed.push(line);
      if (line !== endOfLook) {
        lines.push(line);
        return;
      }
      const look = parseLook(lines.join('\n'));
      lines = [];
      if (look === null) return;
      looks.push(look);
      offset_ms = Math.min(offset_ms, clock() - look.uptime_ms);
    },
    stop.signal,
  );
  const settled = ended.catch(() => undefined);
  return {
    samples: () => samplesOf(looks, offset_ms),
    printed: () => `${printed.join('\n')}\n`,
    stop: async () => {
      stop.abort();
      await settled;
    },
  };
}

function clockFromNow(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
