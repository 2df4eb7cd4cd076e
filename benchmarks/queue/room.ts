import { CommandFailed } from '../../lib/errors.ts';
import { workerOwner } from '../../platform/contract/places.ts';
import { hold, untilSilence } from '../../provision/ssh/hold.ts';
import type { Host } from '../../provision/ssh/host.ts';
import { apiFunction } from '../../provision/topics/broker/api.ts';
import { benchLock, benchName } from '../../provision/topics/broker/names.ts';
import { NotMeasured } from '../suite.ts';
import { containerLabel, passwordFile, roomFolder } from './names.ts';

/** The benchmark's own virtual host in the broker, while it is open. */
export interface Room {
  close(): Promise<void>;
}

/** Exit code if another run has the room. */
const taken = 75;

const queue = JSON.stringify({ durable: true, arguments: { 'x-queue-type': 'quorum' } });
const permission = JSON.stringify({
  configure: '^$',
  write: '^amq\\.default$',
  read: `^${benchName}$`,
});

/**
 * A program that removes what an earlier run left, makes the room, and removes everything at the end. The password is
 * generated here and goes to curl by standard input.
 */
const holdCommand = untilSilence(`exec 9>>${benchLock}
flock --wait 10 9 || { echo "another run has it" >&2; exit ${taken}; }
umask 077
${apiFunction.script}
take_away() {
  left=0
  containers=$(docker ps --all --quiet --filter label=${containerLabel})
  [ -z "$containers" ] || docker rm --force $containers >/dev/null || left=1
  (api DELETE vhosts/${benchName} </dev/null) || left=1
  (api DELETE users/${benchName} </dev/null) || left=1
  rm -rf ${roomFolder} || left=1
  return $left
}
close() {
  code=$?
  trap '' TERM HUP INT
  take_away || code=1
  exit $code
}
trap '' PIPE
take_away
trap close EXIT
trap 'exit 143' TERM HUP INT
mkdir -p ${roomFolder}
chown ${workerOwner} ${roomFolder}
password=$(head -c 32 /dev/urandom | base64 -w0 | tr '+/' '-_' | tr -d '=')
printf '%s\\n' "$password" > ${passwordFile}
chown ${workerOwner} ${passwordFile}
chmod 0400 ${passwordFile}
printf '{}' | api PUT vhosts/${benchName}
printf '{"password":"%s","tags":""}' "$password" | api PUT users/${benchName}
printf '%s' '${permission}' | api PUT permissions/${benchName}/${benchName}
printf '%s' '${queue}' | api PUT queues/${benchName}/${benchName}
echo ready`);

/**
 * Creates a virtual host, a user and an empty quorum queue for the benchmark, and a password file that only root and
 * the containers' user can read. Closing removes all of it; if this program dies, the host removes it. Throws
 * NotMeasured if another run measures this host.
 */
export async function openRoom(host: Host): Promise<Room> {
  const held = hold(host, holdCommand, ['ready'], 'what is held during the measurement');
  await held.next().catch((error: unknown) => {
    throw isTaken(error)
      ? new NotMeasured(`${host.name}: another run is measuring its queue; wait for it to finish`)
      : error;
  });
  return { close: held.end };
}

const isTaken = (error: unknown): boolean => error instanceof CommandFailed && error.status === taken;
