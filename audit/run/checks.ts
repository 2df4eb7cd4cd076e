import type { Check, EnvironmentCheck } from '../check.ts';
import { allChecks } from '../checks/all.ts';
import { checks as declaredChecks } from '../checks/declared.ts';
import { destinationChecks } from '../destinations/checks.ts';
import { addressChecks } from '../where/checks.ts';
import type { LocationInputs } from '../where/inputs.ts';
import { exchangeChecks, locationChecks } from '../where/location-checks.ts';

/** Every check of a host, in the order of the report. */
export const hostChecksOf = (inputs: LocationInputs): readonly Check[] => [
  ...locationChecks(inputs),
  ...destinationChecks,
  ...allChecks,
];

/** Every check of what is about no host. */
export const environmentChecksOf = (inputs: LocationInputs): readonly EnvironmentCheck[] => [
  ...exchangeChecks(inputs),
  ...addressChecks,
  ...declaredChecks,
];
