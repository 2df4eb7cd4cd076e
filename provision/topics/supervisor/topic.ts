import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { purge, steps } from './steps.ts';

/** A folder stays if something is in it, and a unit is then as Debian has it. */
const leaves = ['directory', 'unit'];

export const supervisor: Topic = { name: 'supervisor', desired, facts, steps, purge, leaves };
