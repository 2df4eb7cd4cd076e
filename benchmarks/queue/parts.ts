import type { z } from 'zod';
import { backlogAnswer, checkCounts, consumeAnswer, latencyAnswer, looksIn, publishAnswer } from './answers.ts';
import { drainSeries, drainUntil, endToEndOf, rateOf } from './figures.ts';
import { type Loaded, type Loading, runLoad } from './load.ts';
import { containerSeconds, type Plan, plannedForBacklog } from './plan.ts';
import type { QueueData } from './result.ts';

export interface Measuring extends Loading {
  readonly plan: Plan;
}

/** Timeout in seconds for a load program: 100 jobs/s, plus two minutes to start and stop. */
const patienceFor = (jobs: number): number => 120 + jobs / 100;

export async function publish(measuring: Measuring, inFlight: number, from: number) {
  const { context, plan } = measuring;
  const settings = { from, inFlight, warmUpMs: plan.publishMs / 4, measureMs: plan.publishMs };
  const seconds = (settings.warmUpMs + settings.measureMs) / 1000;
  const { outcome } = await context.timed(`queue/confirmed ${inFlight}`, seconds + containerSeconds, () =>
    runLoad(measuring, {
      program: 'publish',
      name: `publish-${inFlight}`,
      settings,
      patience: patienceFor(0) + seconds,
      outcome: publishAnswer,
    }),
  );
  const { broker, sent, confirmed, measured, duration_ms } = outcome;
  if (sent !== confirmed) throw new Error(`${sent} jobs were sent, and the broker confirmed ${confirmed}`);
  return { broker, confirmed, rate: rateOf(measured, duration_ms) };
}

/** Published jobs per second. The consume rate is similar, which is precise enough for the time left. */
export const fastest = ({ publish: published }: QueueData): number =>
  Math.max(1, ...published.map(({ jobs_per_s }) => jobs_per_s));

/** Consumes all jobs that the publishers left. */
export async function consume(
  measuring: Measuring,
  expected: number,
  expectedRate: number,
): Promise<QueueData['consume']> {
  const { context, plan } = measuring;
  const { prefetch } = plan;
  const { outcome } = await context.timed('queue/consume', expected / expectedRate + containerSeconds, () =>
    runLoad(measuring, {
      program: 'consume',
      name: 'consume',
      settings: { expected, prefetch },
      patience: patienceFor(expected),
      outcome: consumeAnswer,
    }),
  );
  checkCounts(expected, outcome);
  return { prefetch, ...rateOf(outcome.distinct, outcome.duration_ms) };
}

export async function endToEnd(measuring: Measuring, perSecond: number) {
  const { context, plan } = measuring;
  const count = perSecond * plan.rateSeconds;
  const { outcome } = await context.timed(`queue/end-to-end-${perSecond}`, plan.rateSeconds + containerSeconds, () =>
    runLoad(measuring, {
      program: 'latency',
      name: `end-to-end-${perSecond}`,
      settings: { perSecond, count, prefetch: plan.prefetch },
      patience: patienceFor(count) + plan.rateSeconds,
      outcome: latencyAnswer,
    }),
  );
  checkCounts(count, outcome);
  return endToEndOf(perSecond, outcome);
}

/** Fills the queue and drains it. If that is interrupted, yields what was drained until then and throws. */
export async function* fillAndDrain(measuring: Measuring, known: QueueData): AsyncGenerator<QueueData['drain'], void> {
  const { backlog } = measuring.plan;
  let said = '';
  let loaded: Loaded<z.output<typeof backlogAnswer>>;
  try {
    loaded = await runBacklog(measuring, known, (printed) => {
      said = printed;
    });
  } catch (error) {
    const drain = drainUntil(looksIn(said), backlog);
    if (drain !== null) yield drain;
    throw error;
  }
  const { outcome, printed } = loaded;
  if (outcome.confirmed !== backlog) throw new Error(`the broker confirmed ${outcome.confirmed} of ${backlog} jobs`);
  checkCounts(backlog, outcome);
  yield {
    backlog,
    fill: rateOf(outcome.confirmed, outcome.fill_ms),
    drain: rateOf(outcome.distinct, outcome.drain_ms),
    samples: drainSeries(looksIn(printed)),
  };
}

function runBacklog(measuring: Measuring, known: QueueData, onEnd: (printed: string) => void) {
  const { context, plan, ready } = measuring;
  const { backlog, prefetch, lookEveryMs } = plan;
  const inFlight = Math.max(...plan.inFlight);
  const work = () =>
    runLoad(measuring, {
      program: 'backlog',
      name: 'backlog',
      settings: { backlog, prefetch, lookEveryMs, inFlight, device: ready.device },
      patience: patienceFor(2 * backlog),
      outcome: backlogAnswer,
      onEnd,
    });
  return context.timed('queue/drain', secondsForBacklog(backlog, known), work, plannedForBacklog(plan));
}

/** Uses the rates that were just measured. */
function secondsForBacklog(backlog: number, known: QueueData): number {
  const drain = known.consume?.jobs_per_s ?? fastest(known);
  return backlog / fastest(known) + backlog / Math.max(drain, 1) + containerSeconds;
}
