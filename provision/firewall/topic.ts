import { fileFacts } from '../kinds/file.ts';
import { rulesetFacts } from '../kinds/ruleset.ts';
import { serviceFacts } from '../kinds/service.ts';
import type { Topic } from '../topic.ts';
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
