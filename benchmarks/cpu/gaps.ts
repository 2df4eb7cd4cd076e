import { OperationError } from '../../lib/errors.ts';
import { type Command, raw, sh } from '../../lib/shell.ts';
import { NotMeasured } from '../suite.ts';
import type { GapProbe } from './result.ts';

/**
 * Prints the processors that the host may use, as the kernel lists them, and the tools of the probe that are missing.
 */
export const processorsCommand: Command = raw(`for tool in bash taskset; do
  command -v "$tool" >/dev/null || echo "missing $tool"
done
sed -n 's/^Cpus_allowed_list:[[:space:]]*/processors /p' /proc/self/status`);

const most = 4;

/** Returns up to 4 processors, spread over all of them. Throws NotMeasured if a tool is missing. */
export function parseProcessors(text: string): readonly number[] {
  const missing = /^missing (.+)$/m.exec(text)?.[1];
  if (missing !== undefined) {
    throw new NotMeasured(
      `${missing} is missing: install Debian's package ${missing === 'bash' ? 'bash' : 'util-linux'}`,
    );
  }
  const list = /^processors (.+)$/m.exec(text)?.[1] ?? '';
  const all = list.split(',').flatMap((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map(Number);
    return Number.isNaN(from) ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  if (all.length === 0) throw new OperationError('CPU_LIST', `could not read the host’s list of processors: ${text}`);
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, index) => all[Math.floor(index * step)] ?? 0);
}

/**
 * Reads the clock in a loop. One round takes some microseconds, so a millisecond between two readings is time in which
 * something else ran. EPOCHREALTIME is in microseconds, with a point or the locale's decimal mark. It follows the
 * host's clock; a step backwards does not count as a gap.
 */
const probe = `export LC_ALL=C
last=\${EPOCHREALTIME/./} gaps=0 lost=0 longest=0
start=$last end=$((last + $2 * 1000000))
while ((last < end)); do
  now=\${EPOCHREALTIME/./} hole=$((now - last)) last=$now
  if ((hole > 1000)); then
    ((gaps += 1, lost += hole))
    if ((hole > longest)); then longest=$hole; fi
  fi
done
echo "cpu=$1 duration_us=$((last - start)) gaps=$gaps longest_us=$longest lost_us=$lost"`;

/** Runs all probes at the same time: a limit on the whole machine shows only if all of it is used. */
export const gapCommand = (processors: readonly number[], seconds: number): Command =>
  raw(
    [
      ...processors.map((cpu) => sh`taskset -c ${cpu} bash --norc -c ${probe} probe ${cpu} ${seconds} &`.script),
      'wait',
    ].join('\n'),
  );

export const parseGaps = (text: string): GapProbe[] =>
  [...text.matchAll(/^cpu=(\d+) duration_us=(\d+) gaps=(\d+) longest_us=(\d+) lost_us=(\d+)$/gm)]
    .map(([, cpu, duration, gaps, longest, lost]) => ({
      cpu: Number(cpu),
      duration_ms: Number(duration) / 1000,
      gaps: Number(gaps),
      longestGap_ms: Number(longest) / 1000,
      lost: Math.min(1, Number(lost) / Number(duration)),
    }))
    .sort((a, b) => a.cpu - b.cpu);
