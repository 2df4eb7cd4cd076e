import { HostError, messageOf } from '../../lib/errors.ts';
import { raw } from '../../lib/shell.ts';
import { defaultLimits, type Limits } from '../statistics/effect.ts';
import type { SuiteContext } from '../suite.ts';
import { judgeGroups } from './effects.ts';
import { type Group, type GroupName, groupsOf, metricOf, type Side, type Skip } from './groups.ts';
import { holdSettings } from './hold.ts';
import { machineCommand, parseMachine } from './machine.ts';
import { type Measure, type MetricName, metrics } from './metric.ts';
import { burstAfterIdle } from './metrics/burst.ts';
import { fdatasyncBeside } from './metrics/fdatasync.ts';
import type { Tuning, TuningGroup, TuningSample } from './result.ts';
import { defaultPerSide, interleaved } from './schedule.ts';
import { switchCommand, touched } from './switch.ts';

export type TuningContext = Pick<SuiteContext, 'host' | 'quick' | 'environment' | 'keep' | 'timed'>;

/** Metrics that need nothing but the host's own packages. */
const ownMeasures: Partial<Record<MetricName, Measure>> = {
  'fdatasync-bulk': fdatasyncBeside('bulk'),
  'fdatasync-mixed': fdatasyncBeside('readers'),
  'burst-after-idle': burstAfterIdle,
};

export interface TuningOptions {
  /** All by default. */
  readonly groups?: readonly GroupName[];
  /** Measurements a side: an even number, 6 by default and at least. */
  readonly perSide?: number;
  readonly limits?: Limits;
  /**
   * Metrics that need more than the host. `drain` has no measure by default, and its groups are not measured without
   * one.
   */
  readonly measures?: Partial<Record<MetricName, Measure>>;
}

/**
 * Measures what the kernel topic's settings do, one group at a time, stock Debian against Jernverk, in the order A B B
 * A. Yields everything known after each group. Restores the settings whatever happens. Nothing else may write to the
 * host meanwhile: take its lock first.
 *
 * Throws InputError TUNING_RUNS if `perSide` is invalid, OperationError TUNING_NOT_RESTORED if the settings could not
 * be restored, and HostError TUNING_HOST_LOST if the host is lost.
 */
export async function* measureTuning(
  context: TuningContext,
  { groups: wanted, perSide = defaultPerSide, limits = defaultLimits, measures = {} }: TuningOptions = {},
): AsyncGenerator<Tuning, void> {
  const order = interleaved(perSide);
  const startedAt = new Date().toISOString();
  const facts = await context.host.capture(machineCommand);
  await context.keep('tuning/machine', machineCommand.script, facts);
  const kernel = (await context.host.capture(raw('uname -r'))).trim();
  const groups = groupsOf(parseMachine(facts)).filter(({ name }) => wanted?.includes(name) ?? true);
  const done: TuningGroup[] = [];
  for (const group of groups) {
    done.push(await measureGroup(context, group, order, { ...ownMeasures, ...measures }));
    yield {
      format: 'jernverk-tuning/1',
      startedAt,
      endedAt: new Date().toISOString(),
      host: context.host.name,
      kernel,
      quick: context.quick,
      perSide,
      limits,
      groups: judgeGroups(done, limits),
    };
  }
}

/** Seconds that these groups take, for the display of the time left. Each group includes one warm-up measurement. */
export const tuningSeconds = (quick: boolean, groups: readonly GroupName[], perSide: number): number =>
  groups
    .flatMap((group) => metricOf[group] ?? [])
    .map((name) => metrics[name].seconds(quick) * (2 * perSide + 1))
    .reduce((total, seconds) => total + seconds, 0);

async function measureGroup(
  context: TuningContext,
  group: Group,
  order: readonly Side[],
  measures: Partial<Record<MetricName, Measure>>,
): Promise<TuningGroup> {
  const metric = group.metric === null ? null : { name: group.metric, ...described(group.metric) };
  const base = {
    group: group.name,
    settings: [...group.settings],
    metric,
    comparison: null,
    effect: null,
    words: '',
  };
  const measure = group.metric === null ? undefined : measures[group.metric];
  const skip: Skip | null = group.skip ?? (measure === undefined ? noMeasure(group) : null);
  if (skip !== null || measure === undefined) return { ...base, samples: [], ...(skip ?? noMeasure(group)) };
  const { host, quick, environment } = context;
  const held = await holdSettings(host, touched(group));
  const seconds = metrics[group.metric ?? 'drain'].seconds(quick);
  const run = (): ReturnType<typeof runSchedule> =>
    runSchedule(group.name, order, {
      setGroup: async (side) => {
        await host.run(switchCommand(group, side));
      },
      measure: (name) =>
        context.timed(name, seconds, () =>
          measure({ host, quick, environment, keep: (command, text) => context.keep(name, command, text) }),
        ),
    });
  // Not `await using`: if both throw, a SuppressedError would hide the two errors.
  const { samples, broken } = await run().finally(() => held[Symbol.asyncDispose]());
  if (broken === null) return { ...base, samples, state: 'measured', reason: null };
  return { ...base, samples, state: samples.length === 0 ? 'not measured' : 'partial', reason: broken };
}

const described = (name: MetricName) => {
  const { words, unit, better } = metrics[name];
  return { words, unit, better };
};

const noMeasure = ({ metric }: Group): Skip => ({
  state: 'not measured',
  reason: metric === null ? 'there is no metric for it' : `its metric, the ${metrics[metric].words}, was not selected`,
});

export interface Switching {
  readonly setGroup: (side: Side) => Promise<void>;
  readonly measure: (name: string) => Promise<number>;
}

/**
 * Runs the schedule after one warm-up measurement that does not count: the very first measurement finds cold caches and
 * would always be on the same side. If a measurement or a switch fails, the schedule ends and returns the samples so
 * far. Throws HostError if the host is lost.
 */
export async function runSchedule(
  group: string,
  order: readonly Side[],
  { setGroup, measure }: Switching,
): Promise<{ samples: TuningSample[]; broken: string | null }> {
  const samples: TuningSample[] = [];
  try {
    await setGroup(order[0] ?? 'A');
    await measure(`tuning/${group} warm-up`);
    for (const [index, side] of order.entries()) {
      const name = `tuning/${group} ${String(index + 1).padStart(2, '0')} ${side}`;
      await setGroup(side);
      const startedAt = new Date().toISOString();
      samples.push({ name, side, startedAt, value: await measure(name) });
    }
    return { samples, broken: null };
  } catch (error) {
    if (error instanceof HostError) throw error;
    return { samples, broken: messageOf(error) };
  }
}
