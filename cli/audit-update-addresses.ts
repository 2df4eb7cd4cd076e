import { isUrl } from '../addresses/fetch.ts';
import { type Updated, updateAddresses } from '../addresses/update.ts';
import { say, sayJson } from '../lib/terminal.ts';
import { exitCodes } from '../provision/engine/report.ts';
import type { Invocation } from './invocation.ts';
import { fromCaller, projectRoot } from './project.ts';

/**
 * `jernverk audit update-addresses FILE|URL`: reads a registry's delegated statistics, or an exchange's member export,
 * and keeps it for the audit and the egress policy.
 */
export async function updateAddressesCommand(invocation: Invocation, root: string = projectRoot()): Promise<number> {
  const source = invocation.arguments.source ?? '';
  const updated = await updateAddresses(root, isUrl(source) ? source : fromCaller(source));
  if (invocation.json) sayJson(updated);
  else say(...describe(updated));
  return exitCodes.done;
}

function describe(updated: Updated): readonly string[] {
  if (updated.kind === 'members') {
    return [`member export of ${updated.exchanges.join(', ')}: ${updated.members} memberships kept`];
  }
  const { file, changed, disputed } = updated;
  const head = `${file.registry}, ${file.date.slice(0, 10)}: ${file.records} records`;
  const compared = file.checksum === null ? 'no checksum file next to it' : `${file.checksum} compared`;
  return [
    changed ? `${head} kept` : `${head}: already there`,
    `  sha256 ${file.sha256} (${compared})`,
    ...(disputed === 0 ? [] : [`  ${disputed} records contradict each other and are left out`]),
  ];
}
