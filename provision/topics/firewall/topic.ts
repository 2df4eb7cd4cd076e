import { fileKind } from '../../engine/kinds/file.ts';
import { rulesetKind } from '../../engine/kinds/ruleset.ts';
import { serviceKind } from '../../engine/kinds/service.ts';
import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { ownTable } from './names.ts';
import { steps } from './steps.ts';

/** Inbound default deny in a table of our own, applied with a way back. */
export const firewall: Topic = {
  name: 'firewall',
  kinds: [fileKind, serviceKind, rulesetKind(ownTable)],
  desired,
  steps,
};
