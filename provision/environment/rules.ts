import type { Problem } from '../../lib/yaml/explain.ts';
import { administrator, enqueuer } from '../../platform/contract/permissions.ts';
import { workerUidOf } from '../../platform/contract/places.ts';
import type { Environment } from './schema.ts';

type Rule = (environment: Environment) => readonly Problem[];

/** Rules across fields. Every rule runs, and each returns all of its problems. */
export const rules: readonly Rule[] = [
  hostNamesDiffer,
  workerNamesDiffer,
  workerNamesAreFree,
  workerUsersDiffer,
  openingsDiffer,
  openingsHaveHosts,
  everyHostIsReachedOneWay,
  oneBroker,
  workersHaveHosts,
  workersRunBesideTheBroker,
  slotsHaveMemory,
  slotsFitTheLabHost,
];

function hostNamesDiffer({ hosts }: Environment): readonly Problem[] {
  return repeated(hosts.map((host) => host.name)).map(({ value, index, first }) => ({
    path: ['hosts', index, 'name'],
    message: `expected a name of its own, but hosts[${first}] is ${value} too`,
  }));
}

function workerNamesDiffer({ workers }: Environment): readonly Problem[] {
  return repeated(workers.map((worker) => worker.name)).map(({ value, index, first }) => ({
    path: ['workers', index, 'name'],
    message: `expected a name of its own, but workers[${first}] is ${value} too`,
  }));
}

/** A worker's name is also a user of the broker, an image `jernverk/<name>`, and a folder in `workers/`. */
const takenNames: ReadonlyMap<string, string> = new Map([
  ...[administrator, enqueuer, 'guest'].map((name) => [name, 'a user of the broker'] as const),
  ['base', 'the image that all workers stand on'],
]);

function workerNamesAreFree({ workers }: Environment): readonly Problem[] {
  return workers.flatMap(({ name }, index) => {
    const taken = takenNames.get(name);
    if (taken === undefined) return [];
    return [{ path: ['workers', index, 'name'], message: `expected another name, since ${name} is ${taken}` }];
  });
}

/** The user id is derived from the name. Two workers with one id could read each other's files. */
function workerUsersDiffer({ workers }: Environment): readonly Problem[] {
  const names = [...new Set(workers.map(({ name }) => name))];
  return repeated(names.map((name) => workerUidOf(name))).map(({ value, index, first }) => ({
    path: ['workers', workers.findIndex(({ name }) => name === names[index]), 'name'],
    message: `expected another name: ${names[index]} and ${names[first]} would both run as user ${value}, which is made from the name; rename one of them`,
  }));
}

function openingsDiffer({ firewall }: Environment): readonly Problem[] {
  return repeated(firewall.open.map(({ port, protocol }) => `${port}/${protocol}`)).map(({ value, index, first }) => ({
    path: ['firewall', 'open', index, 'port'],
    message: `expected each port once, but firewall.open[${first}] opens ${value} too; put all sources in its from`,
  }));
}

/** A port that is open on one host is not to be open on all of them. */
function openingsHaveHosts({ firewall, hosts: all }: Environment): readonly Problem[] {
  const known = all.map(({ name }) => name);
  return firewall.open.flatMap(({ roles, hosts }, index): readonly Problem[] => {
    const path = ['firewall', 'open', index];
    if (roles.length + hosts.length === 0)
      return [
        {
          path,
          message:
            'expected roles or hosts, which say where it is open, such as "roles: [gateway]" or "hosts: [NAME]"; neither is given',
        },
      ];
    return hosts.flatMap((name, position) =>
      known.includes(name)
        ? []
        : [{ path: [...path, 'hosts', position], message: `expected one of ${known.join(', ')}, got ${name}` }],
    );
  });
}

function everyHostIsReachedOneWay({ hosts }: Environment): readonly Problem[] {
  return hosts.flatMap((host, index) => {
    if ((host.lab === undefined) !== (host.ssh === undefined)) return [];
    const given = host.lab === undefined ? 'neither is given' : 'both are given';
    return [{ path: ['hosts', index], message: `expected exactly one of lab and ssh, but ${given}` }];
  });
}

/** A cluster of brokers is not built yet. A second broker would be silently unused. */
function oneBroker({ hosts }: Environment): readonly Problem[] {
  const brokers = hosts.filter((host) => host.roles.includes('broker')).map((host) => host.name);
  if (brokers.length === 1) return [];
  const given = brokers.length === 0 ? 'there is none' : `there are ${brokers.length}: ${brokers.join(', ')}`;
  return [{ path: ['hosts'], message: `expected exactly one host with the role broker, but ${given}` }];
}

function workersHaveHosts({ hosts, workers }: Environment): readonly Problem[] {
  if (workers.length === 0 || hosts.some((host) => host.roles.includes('worker'))) return [];
  return [{ path: ['workers'], message: 'expected a host with the role worker to run them on, but there is none' }];
}

/**
 * Workers have no network, only the broker's socket on their own host. A worker host without the broker could not take
 * a single job, so it is refused until brokers can be reached from other hosts.
 */
function workersRunBesideTheBroker({ hosts }: Environment): readonly Problem[] {
  const broker = hosts.find((host) => host.roles.includes('broker'));
  if (broker === undefined) return [];
  return hosts.flatMap(({ roles }, index) => {
    if (!roles.includes('worker') || roles.includes('broker')) return [];
    const message = `expected the role worker only beside broker, since workers reach the broker by a socket on their own host: run them on ${broker.name}`;
    return [{ path: ['hosts', index, 'roles'], message }];
  });
}

/** Node.js does not start with less, and Docker reads 0 as no limit at all. */
const leastSlotBytes = 64 * 2 ** 20;

function slotsHaveMemory({ workers }: Environment): readonly Problem[] {
  return workers.flatMap(({ memory }, index) => {
    if (memory.bytes >= leastSlotBytes) return [];
    const message = `expected at least ${megabytes(leastSlotBytes)} for one slot, but it is ${megabytes(memory.bytes)}`;
    return [{ path: ['workers', index, 'memory'], message }];
  });
}

/**
 * Slots share the memory of their host and seldom use up their limits. A total of up to twice the memory counts as
 * planned, more as a mistake. Each single slot must fit.
 */
function slotsFitTheLabHost({ hosts, workers }: Environment): readonly Problem[] {
  const needed = workers.reduce((sum, worker) => sum + worker.slots * worker.memory.bytes, 0);
  const largest = Math.max(0, ...workers.map((worker) => worker.memory.bytes));
  return hosts.flatMap((host, index) => {
    if (!host.lab || !host.roles.includes('worker')) return [];
    const { bytes } = host.lab.memory;
    const path = ['hosts', index, 'lab', 'memory'];
    if (largest > bytes) {
      return [{ path, message: `expected at least ${megabytes(largest)} for one slot, but it is ${megabytes(bytes)}` }];
    }
    if (needed <= 2 * bytes) return [];
    const half = `at least ${megabytes(needed / 2)}, half of what all slots may use together`;
    return [{ path, message: `expected ${half}, but it is ${megabytes(bytes)}` }];
  });
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`;

function repeated<Value>(values: readonly Value[]): { value: Value; index: number; first: number }[] {
  return values
    .map((value, index) => ({ value, index, first: values.indexOf(value) }))
    .filter(({ index, first }) => first < index);
}
