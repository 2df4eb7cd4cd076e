import { PassThrough } from 'node:stream';
import { type Command, raw, sh } from '../../provision/command.ts';
import { CommandFailed } from '../../provision/errors.ts';
import type { Host } from '../../provision/host.ts';
import { workerOwner } from '../../provision/places.ts';
import { apiFunction } from '../../provision/rabbitmq/api.ts';
import { benchLock, benchName } from '../../provision/rabbitmq/names.ts';
import { NotMeasured } from '../suite.ts';
import { containerLabel, passwordFile, roomFolder } from './names.ts';

/** A place of the benchmark's own in the broker, for as long as it is open. */
export interface Room {
  close(): Promise<void>;
}

/** Exit code where another run has the room. */
const taken = 75;
/** Seconds. A host that hears nothing for so long takes the room away: the operator's machine is gone. */
const patience = 60;
const signOfLifeMs = 10_000;

const queue = JSON.stringify({ durable: true, arguments: { 'x-queue-type': 'quorum' } });
const permission = JSON.stringify({
  configure: '^$',
  write: '^amq\\.default$',
  read: `^${benchName}$`,
});

/**
 * Takes away what an earlier run left, makes the room, says "ready", and waits. It takes everything away again when
 * standard input ends, which it does too when the connection is lost, and when no sign of life comes. The password is
 * born here and goes to curl by standard input.
 */
const holdScript = raw(`exec 9>>${benchLock}
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
echo ready
while read -r -t ${patience} _; do :; done`);

/** bash, since only its `read` gives up after a time; Debian always has it. */
const hold = (): Command => sh`exec bash --norc -euc ${holdScript.script}`;

/**
 * Makes a virtual host, a user and an empty quorum queue for the benchmark, and a password file that only root and the
 * containers' user read. Closing takes all of it away, and so does the host by itself where this program dies.
 *
 * @throws NotMeasured where another run measures this host.
 */
export async function openRoom(host: Host): Promise<Room> {
  const input = new PassThrough();
  let heard: (line: string) => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    heard = (line) => {
      if (line === 'ready') resolve();
    };
  });
  const holding = host.run(hold(), { input, timeoutMs: Number.POSITIVE_INFINITY, onLine: (line) => heard(line) });
  holding.catch(() => undefined);
  const alive = setInterval(() => input.write('\n'), signOfLifeMs);
  try {
    await Promise.race([ready, holding]);
  } catch (error) {
    clearInterval(alive);
    throw isTaken(error) ? new NotMeasured(`${host.name}: another run measures its queue; wait for its end`) : error;
  }
  return {
    async close() {
      clearInterval(alive);
      input.end();
      await holding;
    },
  };
}

const isTaken = (error: unknown): boolean => error instanceof CommandFailed && error.status === taken;
