import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { purge, steps } from './steps.ts';

/** A folder stays if something is in it. */
const leaves = ['directory', 'needs'];

/** Where connections go, counted; and where they may go, in a table of our own that is applied with a way back. */
export const egress: Topic = { name: 'egress', desired, facts, steps, purge, leaves };
