import { stays } from '../../engine/kind.ts';
import { fileKind, fileSteps } from '../../engine/kinds/file.ts';
import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { deviceFacts, deviceSteps } from './devices.ts';
import { swapFacts, swapSteps } from './swap.ts';
import { conflictFacts, conflictSteps, sysctlFacts, sysctlSteps } from './sysctl.ts';

/** Kernel values now and after the next boot: sysctl, disks, huge pages, swap. */
export const kernel: Topic = {
  name: 'kernel',
  // The running kernel keeps its values until the next boot, swap may be somebody else's, and `sysctl-at-boot` only
  // says whether another file overrides ours.
  kinds: [
    fileKind,
    { prefixes: ['sysctl'], facts: sysctlFacts, mayStay: stays },
    { prefixes: ['sysctl-at-boot'], facts: conflictFacts, mayStay: stays },
    { prefixes: ['block', 'thp'], facts: deviceFacts, mayStay: stays },
    { prefixes: ['swap'], facts: swapFacts, mayStay: stays },
  ],
  desired,
  // Files first: the later steps do what a boot would do.
  steps: (changes, wanted) => [
    ...fileSteps(changes, wanted),
    ...sysctlSteps(changes),
    ...deviceSteps(changes),
    ...swapSteps(changes),
    ...conflictSteps(changes),
  ],
};
