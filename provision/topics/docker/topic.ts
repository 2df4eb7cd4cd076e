import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { steps } from './steps.ts';

/** What a daemon that still runs says of itself. */
const leaves = ['docker'];

export const docker: Topic = { name: 'docker', desired, facts, steps, leaves };
