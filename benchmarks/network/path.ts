import * as z from 'zod';
import { type Command, sh } from '../../lib/shell.ts';
import { exchangeOf } from './exchanges.ts';
import type { NetworkData } from './result.ts';

type Path = NetworkData['paths'][number];

export const mtrMissing = 'mtr is not installed on the host: run apt-get install mtr-tiny';

/**
 * Prints `missing` if mtr is missing; otherwise, for each address, a line `path INDEX` and mtr's output. It looks up no
 * names and no network operators, because both would tell others about this host.
 */
export function pathCommand(addresses: readonly string[], quick: boolean): Command {
  const [rounds, interval] = quick ? [3, '0.3'] : [10, '1'];
  return sh`command -v mtr >/dev/null || { echo missing; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' TERM HUP INT
index=0
for address in ${addresses}; do
  timeout 60 mtr --json --no-dns --report-cycles ${rounds} --interval ${interval} --gracetime 1 "$address" >"$folder/$index" 2>&1 &
  index=$((index + 1))
done
wait
for file in "$folder"/*; do
  echo "path $(basename "$file")"
  cat "$file"
  echo
done`;
}

/** mtr 0.95 writes whole numbers with or without a point, and `???` if nobody answered. */
const reportSchema = z.object({
  report: z.object({
    hubs: z.array(z.object({ host: z.string(), 'Loss%': z.number(), Best: z.number() })),
  }),
});

/** Returns the paths that could be read, and why others could not. */
export function parsePaths(output: string, targets: readonly string[]): Pick<NetworkData, 'paths' | 'pathsReason'> {
  if (/^missing$/m.test(output)) return { paths: [], pathsReason: mtrMissing };
  const sections = new Map(
    output
      .split(/^path (?=\d+$)/m)
      .slice(1)
      .map((section): [number, string] => [Number.parseInt(section, 10), section.slice(section.indexOf('\n') + 1)]),
  );
  const read = targets.map((target, index) => parseReport(target, sections.get(index) ?? ''));
  const reasons = read.filter((one) => typeof one === 'string');
  return {
    paths: read.filter((one) => typeof one !== 'string'),
    pathsReason: reasons.length === 0 ? null : reasons.join('; '),
  };
}

function parseReport(target: string, text: string): Path | string {
  const report = reportSchema.safeParse(jsonIn(text));
  if (!report.success) return `no path to ${target}: mtr said ${text.trim().split('\n')[0] || 'nothing'}`;
  return { target, hops: report.data.report.hubs.map(parseHop) };
}

/** Warnings may precede the JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf('{')));
  } catch {
    return null;
  }
}

type Hub = z.output<typeof reportSchema>['report']['hubs'][number];

function parseHop({ host, 'Loss%': lost, Best: best }: Hub): Path['hops'][number] {
  if (host === '???') return { address: null, loss: 1, best_ms: null, exchange: null };
  return { address: host, loss: lost / 100, best_ms: best, exchange: exchangeOf(host)?.name ?? null };
}
