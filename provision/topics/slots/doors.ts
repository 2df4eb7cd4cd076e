import { raw, sh } from '../../../lib/shell.ts';
import { doorsFolder, workerOwnerOf } from '../../../platform/contract/places.ts';
import type { Fact, Kind } from '../../engine/kind.ts';
import { fileSettings } from '../../engine/kinds/file.ts';
import { serviceSetting } from '../../engine/kinds/service.ts';
import { render } from '../../engine/render.ts';
import { type Change, changesOf, keysOf, nameOf, type Readings, value } from '../../engine/setting.ts';
import type { RunStep } from '../../engine/step.ts';
import type { WorkerConfig } from '../../environment/schema.ts';
import serviceTemplate from './door.service.hbs';
import socketTemplate from './door.socket.hbs';
import { doorSocketOf, doorUnitOf, parseUsage, unitsFolder, usageQuestion } from './usage.ts';

/**
 * The door of a worker: its own socket to the broker, with a limit of connections. `door/<worker>` says who may use it
 * and how many connections the running program lets through. It belongs to this topic and not to the broker's, because
 * a worker that is removed needs its door until its last slot has drained.
 */

const workerOfUnit = new RegExp(`/${doorUnitOf('([a-z0-9-]+)')}\\.(?:socket|service)$`);

/**
 * Two releases next to each other, with two connections per slot: one in use and one that it is just losing. Rounded up
 * to a power of two, so that a few more slots do not restart the door.
 */
const connectionsFor = (slots: number): number => Math.max(64, 2 ** Math.ceil(Math.log2(4 * slots)));

const doorText = (socket: string, connections: number | 'no'): string => `${socket}, ${connections} connections`;

export function doorSettings({ name: worker, slots }: WorkerConfig): [string, string][] {
  const [unit, connections] = [doorUnitOf(worker), connectionsFor(slots)];
  const values = { worker, unit, connections, owner: workerOwnerOf(worker), socket: doorSocketOf(worker) };
  return [
    ...fileSettings(`${unitsFolder}/${unit}.socket`, render(socketTemplate, values)),
    ...fileSettings(`${unitsFolder}/${unit}.service`, render(serviceTemplate, values)),
    serviceSetting(`${unit}.socket`, 'enabled active'),
    serviceSetting(`${unit}.service`, 'enabled active'),
    [`door/${worker}`, doorText(`0600 ${workerOwnerOf(worker)}`, connections)],
  ];
}

/** Doors that nobody wants are read, too: they are left over. */
export function doorFacts(keys: readonly string[]): Fact[] {
  const own = keysOf(keys, 'door');
  if (own.length === 0 && !keys.includes('release/current')) return [];
  return [{ keys: own, command: usageQuestion, parse: parseDoors }];
}

const parseDoors = (output: string): Readings =>
  new Map(
    parseUsage(output).doors.map(({ worker, socket, limit }) => [
      `door/${worker}`,
      value(socket === null ? 'no socket' : doorText(socket, limit ?? 'no')),
    ]),
  );

/**
 * Workers whose door differs in its files, its units or its effect. `wanted` selects doors that are wanted, or those
 * that are not.
 */
function changedDoors(changes: readonly Change[], wanted: boolean): string[] {
  const doors = changes.flatMap(({ key, to }) => {
    if ((to !== null) !== wanted) return [];
    const [, worker] = workerOfUnit.exec(`/${nameOf(key)}`) ?? [];
    return changesOf([{ key, from: null, to }], 'door').length > 0 ? [nameOf(key)] : (worker ?? []);
  });
  return [...new Set(doors)];
}

/** Runs after the unit files are written, and before the slots that need the doors start. */
export function openDoors(changes: readonly Change[]): RunStep[] {
  const doors = changedDoors(changes, true);
  if (doors.length === 0) return [];
  return [
    {
      kind: 'run',
      title: `open the broker to ${doors.join(', ')}`,
      command: sh`systemctl daemon-reload
for unit in ${doors.map(doorUnitOf)}; do
  systemctl stop "$unit.service" "$unit.socket"
  systemctl unmask --quiet "$unit.service" "$unit.socket"
  systemctl enable --quiet --now "$unit.socket" "$unit.service"
done`,
    },
  ];
}

/** Runs after the last slot has drained. */
export function closeDoors(changes: readonly Change[]): RunStep[] {
  const doors = changedDoors(changes, false);
  if (doors.length === 0) return [];
  return [
    {
      kind: 'run',
      title: `close the broker to ${doors.join(', ')}`,
      command: sh`for worker in ${doors}; do
  unit=${raw(doorUnitOf('$worker'))}
  systemctl disable --quiet --now "$unit.service" "$unit.socket" 2>/dev/null || :
  rm -f "${raw(unitsFolder)}/$unit.service" "${raw(unitsFolder)}/$unit.socket" "${raw(doorsFolder)}/$worker/broker.sock"
  rmdir "${raw(doorsFolder)}/$worker" 2>/dev/null || :
done
systemctl daemon-reload`,
    },
  ];
}

export const doorKind: Kind = { prefixes: ['door'], facts: doorFacts };
