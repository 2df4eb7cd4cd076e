import { raw, sh } from '../../../lib/shell.ts';
import { workerOwner } from '../../../platform/contract/places.ts';
import { type Fact, ifInstalled, type Kind } from '../../engine/kind.ts';
import { absent, allAbsent, type Change, keysOf, nameOf, type Readings, value } from '../../engine/setting.ts';
import { brokerSocket } from './names.ts';

/**
 * Where the broker can be reached, according to the kernel. `listen/rabbitmq` is for TCP, epmd and Erlang's
 * distribution included. `socket/<path>` is for the unix socket of the containers.
 */

const listenKey = 'listen/rabbitmq';
const loopbackOnly = 'loopback only';

export const listenSettings = (): [string, string][] => [
  [listenKey, loopbackOnly],
  [`socket/${brokerSocket}`, `0660 ${workerOwner}`],
];

/** `ss` names the processes. systemd holds epmd's port (4369) while epmd itself does not run. */
export function listenFacts(keys: readonly string[]): Fact[] {
  const sockets = keysOf(keys, 'socket');
  const facts: Fact[] = [];
  if (keys.includes(listenKey)) {
    facts.push({
      keys: [listenKey],
      command: ifInstalled('ss', raw('ss -ltnpH')),
      parse: parseListening,
    });
  }
  if (sockets.length > 0) {
    facts.push({
      keys: sockets,
      command: sh`for path in ${sockets.map(nameOf)}; do [ -S "$path" ] && stat -c '%n 0%a %u:%g' "$path"; done; true`,
      parse: (output) => parseSockets(output, sockets),
    });
  }
  return facts;
}

const ours = /"(?:beam\.smp|epmd)"/;
const loopback = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:127\.\d+\.\d+\.\d+\]):\d+$/;

export function parseListening(output: string): Readings {
  const addresses = output
    .split('\n')
    .filter((line) => ours.test(line) || /:4369\s/.test(line))
    .map((line) => line.trim().split(/\s+/)[3] ?? '');
  const elsewhere = [...new Set(addresses.filter((address) => !loopback.test(address)))].sort();
  if (addresses.length === 0) return new Map([[listenKey, absent]]);
  const text = elsewhere.length === 0 ? loopbackOnly : `also on ${elsewhere.join(', ')}`;
  return new Map([[listenKey, value(text)]]);
}

function parseSockets(output: string, keys: readonly string[]): Readings {
  const readings = allAbsent(keys);
  for (const [, path = '', text = ''] of output.matchAll(/^(\S+) (\S+ \S+)$/gm)) {
    if (readings.has(`socket/${path}`)) readings.set(`socket/${path}`, value(text));
  }
  return readings;
}

/** epmd listens where it should not: its socket must be recreated. */
export const epmdIsOpen = (changes: readonly Change[]): boolean =>
  changes.some(({ key, from }) => key === listenKey && /:4369\b/.test(from ?? ''));

/** Another part of the broker listens where it should not. */
export const brokerIsOpen = (changes: readonly Change[]): boolean =>
  changes.some(({ key, from, to }) => key === listenKey && from !== null && to !== null);

export const listenKind: Kind = { prefixes: ['listen', 'socket'], facts: listenFacts };
