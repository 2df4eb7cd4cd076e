import { OperationError } from '../../../lib/errors.ts';
import { type Plan, planFor } from '../../queue/plan.ts';
import { measureQueue } from '../../queue/suite.ts';
import type { SuiteContext } from '../../suite.ts';
import type { Measure } from '../metric.ts';

/** The smallest part of the queue suite that includes a drain. */
const planOf = (quick: boolean): Plan => ({
  ...planFor(quick),
  publishMs: 1000,
  inFlight: [256],
  rates: [],
  backlog: quick ? 20_000 : 100_000,
});

/**
 * Jobs per second at which a backlog drains, measured by the queue suite on the same host. It needs a deployed broker.
 */
export const drainMeasure =
  (suite: SuiteContext): Measure =>
  async ({ quick, keep }) => {
    let rate: number | undefined;
    // All parts of the suite count as one measurement here, with one name and one watch.
    const part: SuiteContext = {
      ...suite,
      keep: (_name, command, raw) => keep(command, raw),
      timed: (_name, _seconds, work) => work(),
    };
    for await (const { drain } of measureQueue(part, planOf(quick))) rate = drain?.drain.jobs_per_s;
    if (rate === undefined) throw new OperationError('BENCH_DRAIN', `${suite.host.name} drained no queue`);
    return rate;
  };
