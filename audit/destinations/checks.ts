import type { Check } from '../check.ts';
import { countsChecks } from './counts-checks.ts';
import { policyChecks } from './policy-checks.ts';

/** What was really talked to, and what keeps it within bounds. */
export const destinationChecks: readonly Check[] = [...countsChecks, ...policyChecks];
