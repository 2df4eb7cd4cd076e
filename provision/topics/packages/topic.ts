import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { facts } from './facts.ts';
import { purge, steps } from './steps.ts';

/** Packages go with purge only; the rest says how the host is. */
const leaves = ['package', 'record', 'preflight', 'time', 'dpkg'];

/** Debian's packages: the host is fit for them, they are all there, and their exact versions are on record. */
export const packages: Topic = { name: 'packages', desired, facts, steps, purge, leaves };
