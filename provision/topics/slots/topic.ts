import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { steps } from './steps.ts';

/**
 * The files of jobs stay, and the manifests of releases to go back to; so does what no step removes: a limit that is
 * reached, the broker's word that it takes jobs.
 */
const leaves = ['directory', 'manifest', 'limit', 'alarm'];

export const release: Topic = { name: 'release', desired, facts, steps, leaves };
