import type { Topic } from '../topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { steps } from './steps.ts';

/** The files of jobs stay, the manifests of releases to go back to, and a limit that is reached, which no step changes. */
const leaves = ['directory', 'manifest', 'limit'];

export const release: Topic = { name: 'release', desired, facts, steps, leaves };
