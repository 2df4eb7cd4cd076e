import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { compareResultSchema } from '../../../benchmarks/compare/result.ts';
import type { ReportInput } from '../../../benchmarks/report/input.ts';
import { type Result, resultSchema } from '../../../benchmarks/result.ts';
import { tuningResultSchema } from '../../../benchmarks/tuning/result.ts';
import { projectRoot } from '../../support/command-line.ts';

const read = <Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> =>
  schema.parse(JSON.parse(readFileSync(join(projectRoot, `test/fixtures/benchmarks/report/${name}.json`), 'utf8')));

/** Runs with figures of the size that real hosts have: a good host, one among greedy neighbours, one that died, one without fio. */
export const runs = ['good', 'contaminated', 'partial', 'unmeasured'] as const;
export const run = (name: (typeof runs)[number]): Result => read(name, resultSchema);
export const history = (): Result[] => read('history', z.array(resultSchema));
export const tuning = () => read('tuning', tuningResultSchema);
export const comparison = () => read('comparison', compareResultSchema);

/** A report on these runs, with nothing else. */
export const about = (...results: Result[]): ReportInput => ({
  results,
  history: [],
  tuning: null,
  comparison: null,
  limits: { fdatasync_ms: 10, roundTrip_ms: 3, steal: 0.05 },
});

/** A report with all that there can be. */
export const everything = (): ReportInput => ({
  ...about(...runs.map(run)),
  history: history(),
  tuning: tuning(),
  comparison: comparison(),
});

/** Text that would become markup, an attribute, a colour or an id if anything took it for more than text. */
export const hostile = `</title></style><script>window.owned=1</script><img src=x onerror="window.owned=1">'"{a|x} class="c" #000001 zr1-c0 url(#zr1-c0) font-family:x; 1.2345678 &amp;`;

/** The good host, with hostile text wherever a host or a file has a say. */
export function hostileRun(): Result {
  const result = run('good');
  return resultSchema.parse({
    ...result,
    host: {
      ...result.host,
      name: hostile,
      kernel: hostile,
      cpuModel: hostile,
      debian: hostile,
      virtualization: hostile,
    },
    tools: { [hostile]: hostile },
    tuning: { [hostile]: hostile },
    disk: {
      ...result.disk,
      state: 'partial',
      reason: hostile,
      data: { ...result.disk?.data, directory: hostile, device: hostile },
    },
    network: {
      ...result.network,
      data: {
        ...result.network?.data,
        roundTrips: (result.network?.data?.roundTrips ?? []).map((trip) => ({
          ...trip,
          target: hostile,
          operator: hostile,
          reason: trip.reason === null ? null : hostile,
        })),
      },
    },
    queue: { ...result.queue, data: { ...result.queue?.data, broker: hostile } },
    contamination: result.contamination.map((one) => ({ ...one, name: hostile, contaminated: true, reason: hostile })),
    verdicts: result.verdicts.map((verdict) => ({ ...verdict, id: hostile, words: hostile, threshold: hostile })),
    evidence: result.evidence.map((one) => ({ ...one, path: hostile, command: hostile })),
  });
}
