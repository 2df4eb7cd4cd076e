import { ms } from '../numbers.ts';
import type { LimitVerdict, VerdictLevel } from '../result.ts';
import type { QueueData } from './result.ts';

export interface QueueLimits {
  /** Jobs per second, from `benchmarks.limits.confirmed` of the environment. */
  readonly confirmed: number;
}

/** Our own budget for the way of a job at 500 jobs/s, from publishing until the worker has it. */
const endToEndGood_ms = 15;
/** Below this share of the offered rate the host does not keep up. */
const keepsUp = 0.95;

/** What the figures mean for a queue host. */
export const queueVerdicts = (data: QueueData, limits: QueueLimits): LimitVerdict[] => [
  confirmedVerdict(data, limits),
  ...data.endToEnd.map(endToEndVerdict),
  drainVerdict(data, limits),
];

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const perSecond = (value: number): string => `${count(value)} jobs/s`;
const duration = (milliseconds: number): string =>
  milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${count(milliseconds / 1000)} s`;

function confirmedVerdict({ publish }: QueueData, { confirmed: limit }: QueueLimits): LimitVerdict {
  const verdict = (level: VerdictLevel, words: string): LimitVerdict => ({
    id: 'queue/confirmed',
    suite: 'queue',
    level,
    words,
    threshold: `at least ${limitWords(limit)}`,
  });
  const sorted = publish.toSorted((a, b) => a.inFlight - b.inFlight);
  const [one, many] = [sorted.find(({ inFlight }) => inFlight === 1), sorted.at(-1)];
  if (many === undefined || many.inFlight === 1) {
    return verdict('unknown', 'could not measure how many jobs a second the broker confirms');
  }
  const rate = many.jobs_per_s;
  const alone = one === undefined ? '' : `, and ${perSecond(one.jobs_per_s)} from one that waits for each confirm`;
  const words = `the broker confirms ${perSecond(rate)} from one publisher with ${many.inFlight} in flight${alone}`;
  return verdict(levelOf(rate, limit), words);
}

function endToEndVerdict(measured: QueueData['endToEnd'][number]): LimitVerdict {
  const { offered_per_s, reached_per_s, p50_ms, p99_ms } = measured;
  const common = { id: `queue/end-to-end-${offered_per_s}`, suite: 'queue' } as const;
  if (reached_per_s < keepsUp * offered_per_s) {
    const words = `the host does not keep up with ${perSecond(offered_per_s)}: ${perSecond(reached_per_s)} reached a worker`;
    return { ...common, level: 'bad', words, threshold: `${100 * keepsUp} % of the offered rate` };
  }
  return {
    ...common,
    level: p99_ms <= endToEndGood_ms ? 'good' : 'fair',
    words: `at ${perSecond(offered_per_s)}, half of all jobs reach a worker within ${ms(p50_ms)}, and 99 of 100 within ${ms(p99_ms)}`,
    threshold: `good up to ${endToEndGood_ms} ms for 99 of 100 jobs, Jernverk’s own budget`,
  };
}

/** A host that drains slower than it must accept jobs never gets rid of a backlog. */
function drainVerdict({ drain }: QueueData, { confirmed: limit }: QueueLimits): LimitVerdict {
  const verdict = (level: VerdictLevel, words: string): LimitVerdict => ({
    id: 'queue/drain',
    suite: 'queue',
    level,
    words,
    threshold: `at least the rate at which jobs may come in, ${limitWords(limit)}`,
  });
  if (drain === null) return verdict('unknown', 'could not measure how fast a backlog drains');
  const rate = drain.drain.jobs_per_s;
  if (drain.partial) {
    const done = `${count(drain.drain.jobs)} of ${count(drain.backlog)} jobs`;
    return verdict('unknown', `the run was cut off when ${done} had drained, at ${perSecond(rate)} until then`);
  }
  const longest = Math.max(0, ...drain.samples.map(({ writeLatency_ms }) => writeLatency_ms ?? 0));
  const disk =
    longest > 0 ? `; at its slowest, a write to the disk took ${ms(longest)} on average between two samples` : '';
  const words = `a backlog of ${count(drain.backlog)} jobs drains in ${duration(drain.drain.duration_ms)} (${perSecond(rate)})${disk}`;
  return verdict(levelOf(rate, limit), words);
}

/** Twice the limit is good, because a host that only just reaches the limit has nothing left for the workers. */
const levelOf = (rate: number, limit: number): VerdictLevel =>
  rate >= 2 * limit ? 'good' : rate >= limit ? 'fair' : 'bad';

const limitWords = (limit: number): string =>
  `${perSecond(limit)} (benchmarks.limits.confirmed of the environment); good from twice that`;
