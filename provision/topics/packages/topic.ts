import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { packageKinds } from './facts.ts';
import { purge, steps } from './steps.ts';

/** Debian's packages: the host is fit for them, all are there, and their exact versions are on record. */
export const packages: Topic = { name: 'packages', kinds: packageKinds, desired, steps, purge };
