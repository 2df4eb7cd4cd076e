import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { purge, steps } from './steps.ts';

/** A queue may hold jobs. */
const leaves = ['queue', 'vhost'];

/** The broker on loopback with quorum queues, users with least rights, and a unix socket for containers. */
export const rabbitmq: Topic = { name: 'rabbitmq', desired, facts, steps, purge, leaves };
