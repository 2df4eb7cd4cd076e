import { programsFolder } from '../../../platform/contract/places.ts';
import pruneAccountsProgram from './prune-accounts.sh';
import pruneProgram from './prune-releases.sh';
import slotProgram from './slot.sh';
import switchProgram from './switch-release.sh';

/** The small sh programs that run on a host without us, as path and text. */
export const programs: ReadonlyMap<string, string> = new Map([
  [`${programsFolder}/slot`, slotProgram],
  [`${programsFolder}/switch-release`, switchProgram],
  [`${programsFolder}/prune-releases`, pruneProgram],
  [`${programsFolder}/prune-accounts`, pruneAccountsProgram],
]);
