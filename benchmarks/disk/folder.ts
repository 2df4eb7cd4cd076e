import { sh } from '../../lib/shell.ts';
import { hold, whileHeardSay } from '../../provision/ssh/hold.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { NotMeasured } from '../suite.ts';

/** A folder on the host that is gone afterwards, whatever happens. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
}

const prefix = 'jernverk-bench.';
/** Gone with a reboot, as is every process that may hold it. */
const lock = '/run/jernverk-bench.lock';

/**
 * A process that holds the lock, which keeps a second run away, and the folder, which it removes when it ends or when
 * nobody listens any more. Where the host dies with it, the lock dies too, and the next run removes the folder.
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
 * Makes a fresh folder in `parent`, and first removes those of runs that died.
 *
 * @throws NotMeasured where another run is at work on this host; HostError where the host does not answer
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
      // Gigabytes may take longer to remove than a stopped command may live. Where the connection is gone, the keeper
      // notices it by itself.
      await host.run(sh`rm -rf ${path}`).catch(() => undefined);
      await held[Symbol.asyncDispose]();
    },
  };
}
