import { directoryKind } from '../../engine/kinds/directory.ts';
import { fileKind } from '../../engine/kinds/file.ts';
import { rulesetKind } from '../../engine/kinds/ruleset.ts';
import { serviceKind } from '../../engine/kinds/service.ts';
import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { leftoverKind, networksKind } from './leftovers.ts';
import { policyTable, seenTable } from './names.ts';
import { needsKind } from './needs.ts';
import { purge, steps } from './steps.ts';

/** Counts where connections go. Limits where they may go, with a table of our own that is applied with a way back. */
export const egress: Topic = {
  name: 'egress',
  kinds: [
    leftoverKind,
    directoryKind,
    fileKind,
    serviceKind,
    rulesetKind(seenTable),
    rulesetKind(policyTable),
    networksKind,
    needsKind,
  ],
  desired,
  steps,
  purge,
};
