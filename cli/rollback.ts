import { InputError, OperationError } from '../lib/errors.ts';
import { sh } from '../lib/shell.ts';
import type { ReleaseManifest } from '../platform/build/manifest.ts';
import { readKeptManifest } from '../platform/build/manifest-file.ts';
import { historyFile, manifestFile } from '../platform/contract/places.ts';
import { applyExitCode } from '../provision/engine/report.ts';
import type { HostConfig } from '../provision/environment/schema.ts';
import { topics } from '../provision/fleet/topics.ts';
import { applySession, printOutcomes } from './apply.ts';
import type { Invocation } from './invocation.ts';
import { connectTo, loadHosts, type Session } from './session.ts';

/** Moves a deploy to an older release that the hosts still have. The next `apply` goes forward again. */
export async function rollbackCommand(invocation: Invocation): Promise<number> {
  const { root, environment, hosts } = await loadHosts(invocation);
  const workerHosts = hosts.filter((host) => host.roles.includes('worker'));
  const asked = invocation.arguments.release ?? null;
  const targets = await Promise.all(
    workerHosts.map(async (config) => {
      const release = await findRelease(config, root, asked);
      const wanted = topics.slots.desired({ environment, host: config, release, networks: null });
      return { config, topics: Promise.resolve([{ topic: topics.slots, wanted }]) };
    }),
  );
  const session: Session = { root, environment, targets, openBlob: sendNothing };
  const outcomes = await applySession(session, invocation, 'rollback');
  printOutcomes(outcomes, invocation);
  return applyExitCode(outcomes);
}

/** The form of our release ids. Anything else in a host's list is not a release. */
const releaseId = /^[0-9a-f]{12}$/;

/** Returns the named release, or the one that ran before the current one. */
async function findRelease(config: HostConfig, root: string, asked: string | null): Promise<ReleaseManifest> {
  await using host = await connectTo(config, root);
  const history = (await host.capture(sh`cat ${historyFile} 2>/dev/null || true`))
    .split('\n')
    .filter((id) => releaseId.test(id));
  const id = asked ?? history[1];
  if (id !== undefined && history.includes(id)) {
    return readKeptManifest(await host.capture(sh`cat ${manifestFile(id)}`), id);
  }
  const missing = asked === null ? 'has no release before the current one' : `does not have release ${asked}`;
  const kept = history.length === 0 ? 'no release has run there yet' : `it has ${history.join(', ')}, newest first`;
  throw new InputError('NO_RELEASE', `${config.name} ${missing}`, { hint: kept });
}

/** The manifest comes from the host, so it must not choose what leaves this machine. */
function sendNothing(digest: string): never {
  throw new OperationError('LAYER_LOST', `the host no longer has all of layer ${digest} of that release`, {
    hint: 'check out the sources of that release and apply',
  });
}
