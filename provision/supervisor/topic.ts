import type { Topic } from '../topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { purge, steps } from './steps.ts';

export const supervisor: Topic = { name: 'supervisor', desired, facts, steps, purge };
