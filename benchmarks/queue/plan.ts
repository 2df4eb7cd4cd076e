/** How much is measured. */
export interface Plan {
  /** Milliseconds of publishing that count. A warm-up of a quarter of that time comes first. */
  readonly publishMs: number;
  /** Jobs that may wait for their confirm at the same time. */
  readonly inFlight: readonly number[];
  /** Unacknowledged jobs that the consumer may hold. */
  readonly prefetch: number;
  /** Jobs per second at which the end-to-end time is measured, each for `rateSeconds`. */
  readonly rates: readonly number[];
  readonly rateSeconds: number;
  /** Jobs in the queue before it is drained. */
  readonly backlog: number;
  /** Milliseconds between two samples of the broker and its disk while the backlog is filled and drained. */
  readonly lookEveryMs: number;
}

export const payloadBytes = 1024;

export const planFor = (quick: boolean): Plan => ({
  publishMs: quick ? 3000 : 10_000,
  inFlight: [1, 256],
  prefetch: 100,
  rates: [100, 500],
  rateSeconds: quick ? 4 : 30,
  // A million is what the project promises to drain. The quick number is enough to see that it works.
  backlog: quick ? 20_000 : 1_000_000,
  // A quick drain ends within a second or two, and its rate needs an interval.
  lookEveryMs: quick ? 50 : 1000,
});

/** For the time left, before anything is known about the host. */
const expectedJobsPerSecond = 4000;
/** Seconds until a load program runs, and after its end. */
export const containerSeconds = 1;

/** Seconds to fill the backlog and to drain it. */
export const plannedForBacklog = ({ backlog }: Plan): number =>
  (2 * backlog) / expectedJobsPerSecond + containerSeconds;

export function secondsFor(plan: Plan): number {
  const { publishMs, inFlight, rates, rateSeconds } = plan;
  const publish = (inFlight.length * publishMs * 1.25) / 1000;
  const consume = publish / 2;
  const containers = (inFlight.length + rates.length + 1) * containerSeconds;
  return Math.round(publish + consume + rates.length * rateSeconds + containers + plannedForBacklog(plan));
}

/** Measured on RabbitMQ 4.0: a job of 1 KB takes at most 1.3 KB of disk, its log included. This is twice as much. */
const diskBytesPerJob = 2.6 * payloadBytes;

export const diskBytesFor = ({ backlog }: Plan): number => backlog * diskBytesPerJob;
