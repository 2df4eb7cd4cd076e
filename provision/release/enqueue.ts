import { posix } from 'node:path';
import { type Command, sh } from '../command.ts';
import { enterFunction } from '../kinds/directory.ts';
import { refuseIfFull } from '../limits.ts';
import { brokerFolder, currentReleaseFile, filesFolder, workerOwner } from '../places.ts';
import { brokerSocket, enqueuer, secretsFolder, vhost } from '../rabbitmq/names.ts';

/** The exit code of `enqueueCommand` on a host that runs no release. The program in the container ends with 2 at most. */
export const noReleaseStatus = 3;
/** The exit code of `enqueueCommand` on a host whose file store is at its limit. */
export const storeFullStatus = 4;

/** A job to hand over on the host. */
export interface EnqueueRequest {
  readonly worker: string;
  /** The job's input without the file; the file's reference is added as `file`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether standard input carries a file for the claim-check store. */
  readonly withFile: boolean;
  /** How many jobs with this input. */
  readonly count: number;
  /** Seconds to wait for the results; null to return at the broker's confirm. */
  readonly waitSeconds: number | null;
}

/**
 * Runs the release's own `enqueue` program in a container like those of the slots: no network, only the broker's
 * socket and the file store. The password stays on the host. Prints one job id, or one result record, a line.
 *
 * Exit code 1 (a job ended dead) is an answer, not a failure of the command.
 */
export function enqueueCommand({ worker, input, withFile, count, waitSeconds }: EnqueueRequest): Command {
  const options = [
    ...(withFile ? ['--file', '-'] : []),
    ...['--count', count, '--window', Math.min(count, 100)],
    ...(waitSeconds === null ? [] : ['--wait', '--timeout', waitSeconds]),
  ];
  const environment = [
    `JERNVERK_QUEUE=${worker}`,
    'JERNVERK_FILES=/files',
    `JERNVERK_BROKER_SOCKET=${brokerSocket}`,
    `JERNVERK_BROKER_VHOST=${vhost}`,
    `JERNVERK_BROKER_USER=${enqueuer}`,
    'JERNVERK_BROKER_PASSWORD_FILE=/run/secrets/broker',
  ].flatMap((variable) => ['--env', variable]);
  const container = [
    // Never from a registry: there the name may be anybody's, and this container gets a password.
    ...['--pull', 'never'],
    ...['--rm', '--interactive', '--init', '--read-only', '--network', 'none', '--user', workerOwner],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', 64],
    // Not --volume: that makes a folder in place of what is missing, and a secret would never come back there.
    ...['--mount', `type=bind,src=${brokerFolder},dst=${brokerFolder},readonly`],
    ...['--mount', `type=bind,src=${filesFolder},dst=/files`],
    ...['--mount', `type=bind,src=${secretsFolder}/${enqueuer},dst=/run/secrets/broker,readonly`],
    ...environment,
  ];
  return sh`[ -s ${currentReleaseFile} ] || exit ${noReleaseStatus}
${refuseIfFull(storeFullStatus)}
release=$(cat ${currentReleaseFile})
code=0
docker run ${container} --entrypoint /usr/bin/node jernverk/${worker}:"$release" /app/enqueue.mjs ${options} ${JSON.stringify(input)} || code=$?
[ "$code" -le 1 ]`;
}

/** The largest file that is fetched; `readFileCommand` reads one byte more, to show that a file is larger. */
export const fetchedBytes = 64 * 2 ** 20;

/**
 * Reads one file of the claim-check store, as base64. Workers write there: a link is not followed, neither on the way nor
 * at its end (it may lead to /dev/zero or to any file of the host), and a pipe is not waited for.
 */
export function readFileCommand(storePath: string): Command {
  return sh`${enterFunction}
cd -P ${filesFolder}
enter "$(pwd -P)"/${posix.dirname(storePath)} || { echo 'a folder of the file store is a link' >&2; exit 1; }
dd if=./${posix.basename(storePath)} iflag=nofollow,nonblock,fullblock,count_bytes bs=1M count=${fetchedBytes + 1} status=none | base64 -w0`;
}
