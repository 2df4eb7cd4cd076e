import { deferred } from '../../lib/deferred.ts';
import { HostError } from '../../lib/errors.ts';
import { sh } from '../../lib/shell.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { inTime } from '../../provision/ssh/in-time.ts';
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
 * The sleep must not inherit the lock, or it would hold it a moment longer than the shell.
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
while echo alive; do sleep 5 9>&-; done`;

/**
 * Creates a fresh folder in `parent`, after removing those of runs that died. Throws NotMeasured if another run uses
 * this host, and HostError if the host does not answer.
 */
export async function openFolder(host: Host, parent: string): Promise<Folder> {
  const stop = new AbortController();
  const { promise: told, resolve: tell } = deferred<string>();
  const kept = host.follow(keep(parent), (line) => /^(folder|busy)/.test(line) && tell(line), stop.signal);
  // It is awaited at the end. If it fails earlier, the measurement on the same connection reports that better.
  kept.catch(() => undefined);
  const line = await inTime(Promise.race([told, kept.then(() => '')]), host, 'a folder to measure in').catch(
    (error) => {
      stop.abort();
      throw error;
    },
  );
  const [word, name = ''] = line.split(' ');
  if (word === 'busy') {
    throw new NotMeasured(`another benchmark is at work on ${host.name} : run this one after it`);
  }
  if (word !== 'folder') throw new HostError('BENCH_FOLDER', `${host.name} made no folder in ${parent}`);
  const path = `${parent}/${name.replace(/^\.\//, '')}`;
  return {
    path,
    async [Symbol.asyncDispose]() {
      // Removing gigabytes may take longer than a stopped command may live. If the connection is lost, the keeper
      // notices that itself.
      await host.run(sh`rm -rf ${path}`).catch(() => undefined);
      stop.abort();
      await kept.catch(() => undefined);
    },
  };
}
