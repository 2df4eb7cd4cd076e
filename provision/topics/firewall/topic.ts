import { fileFacts } from '../../engine/kinds/file.ts';
import { rulesetFacts } from '../../engine/kinds/ruleset.ts';
import { serviceFacts } from '../../engine/kinds/service.ts';
import type { Topic } from '../../engine/topic.ts';
import { desired } from './desired.ts';
import { ownTable } from './ruleset.ts';
import { steps } from './steps.ts';

/** Inbound default deny in a table of our own, applied with a way back. */
export const firewall: Topic = {
  name: 'firewall',
  desired,
  facts: (keys) => [...fileFacts(keys), ...serviceFacts(keys), ...rulesetFacts(ownTable, keys)],
  steps,
};
