import type { Topic } from '../topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { steps } from './steps.ts';

export const release: Topic = { name: 'release', desired, facts, steps };
