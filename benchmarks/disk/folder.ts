import { sh } from '../../lib/shell.ts';
import { hold, whileHeardSay } from '../../provision/ssh/hold.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { NotMeasured } from '../suite.ts';

/** A folder on the host that is always removed at the end. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
}

const prefix = 'jernverk-bench.';
/** Disappears at a reboot, as does every process that may hold it. */
const lock = '/run/jernverk-bench.lock';

/**
 * A process that holds the lock, which keeps a second run away, and the folder. It removes the folder when it ends or
 * when nobody reads its output any more. If the host dies, the lock is gone too, and the next run removes the folder.
 *
 * A closed pipe must not end the shell, or the folder would stay: so SIGPIPE is ignored, and the failed write ends it.
 */
const keep = (parent: string) => sh`cd ${parent}
exec 9>${lock}
if ! flock -n 9; then echo busy; exit 0; fi
rm -rf ./${prefix}*
folder=$(mktemp -d ./${prefix}XXXXXXXX)
trap '' PIPE
trap 'rm -rf "$folder"' EXIT
trap 'exit 0' HUP INT TERM
echo "folder $folder"
${whileHeardSay('alive')}`;

/**
 * Creates a fresh folder in `parent`, after removing those of runs that died. Throws NotMeasured if another run uses
 * this host, and HostError if the host does not answer.
 */
export async function openFolder(host: Host, parent: string): Promise<Folder> {
  const held = hold(host, keep(parent), ['folder', 'busy'], 'a folder to measure in');
  const { word, rest: name } = await held.next();
  if (word === 'busy') {
    await held[Symbol.asyncDispose]();
    throw new NotMeasured(`another benchmark is running on ${host.name}; wait for it to finish`);
  }
  const path = `${parent}/${name.replace(/^\.\//, '')}`;
  return {
    path,
    async [Symbol.asyncDispose]() {
      // Removing gigabytes may take longer than a stopped command may live. If the connection is lost, the keeper
      // notices that itself.
      await host.run(sh`rm -rf ${path}`).catch(() => undefined);
      await held[Symbol.asyncDispose]();
    },
  };
}
