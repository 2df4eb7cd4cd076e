import type { Topic } from '../topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { steps } from './steps.ts';

/** The files of jobs stay, and the manifests of releases to go back to. */
const leaves = ['directory', 'manifest'];

export const release: Topic = { name: 'release', desired, facts, steps, leaves };
