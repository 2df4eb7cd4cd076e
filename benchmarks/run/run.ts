import { performance } from 'node:perf_hooks';
import { gather } from '../../provision/engine/gather.ts';
import { kindOf } from '../../provision/engine/setting.ts';
import type { Environment, HostConfig } from '../../provision/environment/schema.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { kernel } from '../../provision/topics/kernel/topic.ts';
import { contaminationOf, type Interval } from '../cpu/contamination.ts';
import type { NeighbourSample } from '../cpu/result.ts';
import { startWatch, watchCommand } from '../cpu/watch.ts';
import { type Evidence, type Result, resultSchema } from '../result.ts';
import type { RunContext, SuiteContext, SuiteName } from '../suite.ts';
import { factsCommand, type Identity, parseFacts } from './host-facts.ts';
import type { Sections } from './sections.ts';
import type { RunFolder } from './store.ts';
import { runSuites } from './suites-run.ts';
import { verdictsOf } from './verdicts.ts';

export interface RunOptions {
  readonly environment: Environment;
  readonly config: HostConfig;
  /** Absolute path of the project. */
  readonly root: string;
  /** Jernverk's version, for the result. */
  readonly version: string;
  readonly suites: readonly SuiteName[];
  readonly quick: boolean;
  readonly folder: RunFolder;
  readonly startedAt: Date;
  /**
   * Called when a measurement begins. It takes about `seconds`; `planned` is what its suite had counted for it, if
   * different.
   */
  readonly onMeasurement: (name: string, seconds: number, planned?: number) => void;
}

/**
 * Measures one host on a connection that the caller holds. Saves the result after each part, so that a run that is cut
 * short leaves what it knows. The caller locks the host.
 */
export async function runBench(host: Host, options: RunOptions): Promise<Result> {
  const { environment, config, folder, startedAt } = options;
  const clock = stopwatch();
  const evidence: Evidence[] = [];
  const intervals: Interval[] = [];
  const keep: SuiteContext['keep'] = async (name, command, raw) => {
    evidence.push(await folder.keep(name, command, raw));
  };
  const identity = await identify(host, keep);
  const tuning = await readTuning(host, options);
  const watch = startWatch(host, clock);
  const soFar = (sections: Sections): Result => {
    const samples = watch.samples();
    const watched = withSamples(sections, samples);
    const contamination = intervals.map((interval) =>
      contaminationOf(interval, samples, environment.benchmarks.limits.steal),
    );
    return resultSchema.parse({
      format: 'jernverk-bench/1',
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      quick: options.quick,
      jernverk: options.version,
      host: identity.facts,
      tools: identity.tools,
      tuning,
      ...watched,
      contamination,
      verdicts: verdictsOf(watched, contamination, environment.benchmarks, identity.facts),
      evidence: [...evidence],
    } satisfies Result);
  };
  const context: RunContext = {
    host,
    config,
    environment,
    root: options.root,
    quick: options.quick,
    keep,
    timed: async (name, seconds, work, planned) => {
      options.onMeasurement(name, seconds, planned);
      const startedAt_ms = clock();
      try {
        return await work();
      } finally {
        intervals.push({ name, startedAt_ms, endedAt_ms: clock() });
      }
    },
    watched: watch.samples,
  };
  try {
    const sections = await runSuites(options.suites, context, (known) => folder.save(soFar(known)));
    await keep('watch', watchCommand.script, watch.printed());
    const result = soFar(sections);
    await folder.save(result);
    return result;
  } finally {
    await watch.stop();
  }
}

function stopwatch(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}

async function identify(host: Host, keep: SuiteContext['keep']): Promise<Identity> {
  const answer = await host.capture(factsCommand);
  await keep('host', factsCommand.script, answer);
  return parseFacts(host.name, answer);
}

/** Kinds of kernel settings that live in the running kernel. The other kinds are files that apply them at boot. */
const inForce: readonly string[] = ['sysctl', 'block', 'thp', 'swap'];

/** Returns the kernel topic's settings as the host reports them now. */
async function readTuning(host: Host, { environment, config }: RunOptions): Promise<Record<string, string | null>> {
  const all = kernel.desired({ environment, host: config, release: null, networks: null });
  const wanted = new Map([...all].filter(([key]) => inForce.includes(kindOf(key))));
  const readings = (await gather(host, [{ topic: kernel, wanted }])).get('kernel');
  return Object.fromEntries(
    [...wanted.keys()].map((key) => {
      const reading = readings?.get(key);
      return [key, reading?.kind === 'value' ? reading.value : null];
    }),
  );
}

/** The samples over time cover the whole run. */
function withSamples(sections: Sections, samples: readonly NeighbourSample[]): Sections {
  const { cpu } = sections;
  if (cpu === undefined || cpu.data === null) return sections;
  return { ...sections, cpu: { ...cpu, data: { ...cpu.data, samples: [...samples] } } };
}
