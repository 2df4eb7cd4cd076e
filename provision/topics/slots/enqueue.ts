import { posix } from 'node:path';
import { type Command, sh } from '../../../lib/shell.ts';
import { enqueuer } from '../../../platform/contract/permissions.ts';
import { brokerFolder, currentReleaseFile, filesFolderOf, workerOwnerOf } from '../../../platform/contract/places.ts';
import { sandboxOptions } from '../../../platform/contract/sandbox.ts';
import { inContainer } from '../../../platform/contract/slot-settings.ts';
import { enterFunction } from '../../engine/kinds/directory.ts';
import { secretsFolder } from '../broker/names.ts';
import { refuseIfFull } from './limits.ts';

/** Exit codes of `enqueueCommand` itself. All others are from the program in the container, see `enqueueExit`. */
export const hostExit = { noRelease: 3, notDeployed: 5, storeFull: 6 } as const;

/**
 * Runs the release's own `enqueue` program in a container like those of the slots: no network, only the broker's socket
 * and the file store. The password stays on the host. The request and the job's file come through standard input.
 */
export function enqueueCommand(worker: string): Command {
  const sandbox = sandboxOptions({
    user: workerOwnerOf(worker),
    processes: 64,
    mounts: [
      { source: brokerFolder, target: posix.dirname(inContainer.brokerSocket), isReadOnly: true },
      { source: filesFolderOf(worker), target: inContainer.files, isReadOnly: false },
      { source: `${secretsFolder}/${enqueuer}`, target: inContainer.brokerPassword, isReadOnly: true },
    ],
  });
  return sh`[ -s ${currentReleaseFile} ] || exit ${hostExit.noRelease}
${refuseIfFull(hostExit.storeFull)}
image=jernverk/${worker}:$(cat ${currentReleaseFile})
docker image inspect "$image" >/dev/null 2>&1 || exit ${hostExit.notDeployed}
docker run ${sandbox} --rm --interactive --entrypoint /usr/bin/node "$image" /app/enqueue.mjs`;
}

/** Bytes of the largest file that is fetched. `readFileCommand` reads one byte more, to show that a file is larger. */
export const fetchedBytes = 64 * 2 ** 20;

/**
 * Prints one file of a worker's claim-check store as base64. Workers write there, so no link is followed, on the way or
 * at its end: it may lead to /dev/zero or to any file of the host. A pipe is not waited for.
 */
export function readFileCommand(worker: string, storePath: string): Command {
  return sh`${enterFunction}
cd -P ${filesFolderOf(worker)}
enter "$(pwd -P)"/${posix.dirname(storePath)} || { echo 'a folder of the file store is a link' >&2; exit 1; }
dd if=./${posix.basename(storePath)} iflag=nofollow,nonblock,fullblock,count_bytes bs=1M count=${fetchedBytes + 1} status=none | base64 -w0`;
}
