/** How much is measured. */
export interface Plan {
  /** Milliseconds of publishing that count; a quarter as long before them is to warm up. */
  readonly publishMs: number;
  /** Jobs that may wait for their confirm at a time. */
  readonly inFlight: readonly number[];
  /** Jobs that the consumer has in hand at a time. */
  readonly prefetch: number;
  /** Jobs a second at which the time from end to end is measured, each for so many seconds. */
  readonly rates: readonly number[];
  readonly rateSeconds: number;
  /** Jobs in the queue before it is drained. */
  readonly backlog: number;
  /** Milliseconds between two looks at the broker and its disk while the backlog is filled and drained. */
  readonly lookEveryMs: number;
}

export const payloadBytes = 1024;

export const planFor = (quick: boolean): Plan => ({
  publishMs: quick ? 3000 : 10_000,
  inFlight: [1, 256],
  prefetch: 100,
  rates: [100, 500],
  rateSeconds: quick ? 4 : 30,
  // A million is what the project promises to drain. Quick: enough to see that it works.
  backlog: quick ? 20_000 : 1_000_000,
  // A quick drain is over in a second or two, and its rate needs an interval.
  lookEveryMs: quick ? 50 : 1000,
});

/** For the time left, before anything is known of the host. */
const expectedJobsPerSecond = 4000;
/** Until a load program runs, and after its end. */
export const containerSeconds = 1;

/** To fill the backlog and to drain it. */
export const plannedForBacklog = ({ backlog }: Plan): number =>
  (2 * backlog) / expectedJobsPerSecond + containerSeconds;

export function secondsFor(plan: Plan): number {
  const { publishMs, inFlight, rates, rateSeconds } = plan;
  const publish = (inFlight.length * publishMs * 1.25) / 1000;
  const consume = publish / 2;
  const containers = (inFlight.length + rates.length + 1) * containerSeconds;
  return Math.round(publish + consume + rates.length * rateSeconds + containers + plannedForBacklog(plan));
}

/** Measured on RabbitMQ 4.0: 1.3 KB of disk for a job of 1 KB at the most, with its log. Here twice as much. */
const diskBytesPerJob = 2.6 * payloadBytes;

export const diskBytesFor = ({ backlog }: Plan): number => backlog * diskBytesPerJob;
