/**
 * What the broker holds for the workers, defined once. The broker topic makes it, slots and `enqueue` use its names,
 * and the audit and the pages show them. All queues are durable quorum queues; all exchanges are durable and direct.
 */

export const vhost = 'jernverk';

/** Matches this name only, as the broker's regular expressions. */
export const exactly = (name: string): string => `^${name.replaceAll(/[.\\+*?()[\]{}|^$]/g, '\\$&')}$`;
/** Takes the jobs of all workers; the routing key is the worker's name. */
export const jobsExchange = 'jernverk.jobs';

/** The queue for jobs that cannot be done, with the reason in a header. */
export const deadQueueOf = (worker: string): string => `${worker}.dead`;
/** Leads only to that queue. A worker may write to nothing else. */
export const deadExchangeOf = (worker: string): string => deadQueueOf(worker);

export interface Queue {
  readonly name: string;
  /** In the form that AMQP and the HTTP API take. They cannot be changed later; a policy can. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Binding {
  readonly exchange: string;
  readonly queue: string;
  readonly routingKey: string;
}

/** A policy in the form that the HTTP API takes and returns. */
export interface Policy {
  readonly name: string;
  readonly pattern: string;
  readonly 'apply-to': 'queues';
  readonly priority: number;
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface Topology {
  readonly exchanges: readonly string[];
  readonly queues: readonly Queue[];
  readonly bindings: readonly Binding[];
  readonly policies: readonly Policy[];
}

/**
 * Returned deliveries of a job before the broker itself gives it up. Slots count the attempts and stop long before
 * (`retries` of worker.yaml is at most 40), so this is only a net below them.
 */
const deliveryNet = 50;

export interface BrokerTraits {
  /**
   * Whether the dead queue needs an explicit policy for no limit. RabbitMQ 4 drops a message after 20 deliveries by
   * default, even if a person only looked at it. 3.10 has no limit and does not accept -1.
   */
  readonly limitsDeliveries: boolean;
}

/** Returns everything except users, which come and go with revisions. */
export function topologyOf(workers: readonly string[], traits: BrokerTraits): Topology {
  return {
    exchanges: [jobsExchange, ...workers.map(deadExchangeOf)],
    queues: workers.flatMap((worker) => [quorumQueue(worker), quorumQueue(deadQueueOf(worker))]),
    bindings: workers.flatMap((worker) => [
      { exchange: jobsExchange, queue: worker, routingKey: worker },
      { exchange: deadExchangeOf(worker), queue: deadQueueOf(worker), routingKey: deadQueueOf(worker) },
    ]),
    policies: workers.flatMap((worker) => [jobPolicy(worker), deadPolicy(worker, traits)]),
  };
}

/** Classic queues lose confirmed jobs in a power cut. */
const quorumQueue = (name: string): Queue => ({ name, arguments: { 'x-queue-type': 'quorum' } });

/** Messages. Beyond it the broker refuses publishers, so it never drops a confirmed message. */
const queueLimit = 1_000_000;
const deadQueueLimit = 100_000;

const policyFor = (queue: string, definition: Policy['definition']): Policy => ({
  name: queue,
  pattern: exactly(queue),
  'apply-to': 'queues',
  priority: 10,
  definition: { ...definition, overflow: 'reject-publish' },
});

/**
 * A failed job goes to the dead queue at least once: it leaves its queue when the dead queue has confirmed it. A full
 * dead queue refuses it, and the job then waits in the queue it came from. It is never dropped.
 */
const jobPolicy = (worker: string): Policy =>
  policyFor(worker, {
    'delivery-limit': deliveryNet,
    'dead-letter-exchange': '',
    'dead-letter-routing-key': deadQueueOf(worker),
    'dead-letter-strategy': 'at-least-once',
    'max-length': queueLimit,
  });

const deadPolicy = (worker: string, { limitsDeliveries }: BrokerTraits): Policy =>
  policyFor(deadQueueOf(worker), {
    ...(limitsDeliveries ? { 'delivery-limit': -1 } : {}),
    'max-length': deadQueueLimit,
  });
