import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labConvert } from '../../lab/convert.ts';
import { type LabUpOutcome, labDown, labUp } from '../../lab/lab.ts';
import { loadEnvironment } from '../../provision/environment/load.ts';
import type { Environment } from '../../provision/environment/schema.ts';
import { labSpecOf } from '../../provision/fleet/lab-hosts.ts';
import type { Connection } from '../../provision/ssh/connection.ts';
import { packages } from '../../provision/topics/packages/topic.ts';
import { topicOnHost } from './apply-topic.ts';
import { projectRoot } from './command-line.ts';

/** A virtual machine of the lab with an environment file of its own. */
export interface VirtualMachine {
  readonly connection: Connection;
  /** Path of the environment file, for `--env`. */
  readonly environment: string;
  remove(): Promise<void>;
}

const folderOf = (name: string): string => join(projectRoot, '.jernverk/test-vm', name);

const yaml = (name: string): string => `name: ${name}
terraform: { registry: none }
hosts:
  - name: ${name}
    roles: [broker, worker]
    lab: { memory: 3 GB }
workers:
  - { name: image-resizer, slots: 2 }
`;

/**
 * Makes and boots a machine with the Debian packages that a deploy needs, and nothing else of a deploy. Our own
 * packages topic installs them while the machine is still a container: in qemu without KVM, the same transaction takes
 * fifteen times as long.
 */
export async function makeVirtualMachine(name: string): Promise<VirtualMachine> {
  const environment = join(folderOf(name), 'environment.yaml');
  const remove = async (): Promise<void> => {
    await labDown([name], { project: projectRoot });
    await rm(folderOf(name), { recursive: true, force: true });
  };
  await remove();
  await mkdir(folderOf(name), { recursive: true });
  await writeFile(environment, yaml(name));
  const parsed = await loadEnvironment(environment, projectRoot);
  await timed('packages, in a container', () => installPackages(name, parsed));
  await timed('its files become a disk', () => labConvert(projectRoot, name));
  const { connection } = await timed('boot', () => up(parsed));
  return { connection: { name, ...connection }, environment, remove };
}

async function up(environment: Environment, how: object = {}): Promise<LabUpOutcome> {
  const [made] = await labUp(environment.hosts.map(labSpecOf), { project: projectRoot, ...how });
  if (made === undefined) throw new Error('the lab made no host');
  return made;
}

async function installPackages(name: string, environment: Environment): Promise<void> {
  const { connection } = await up(environment, { kind: 'nspawn', imageKind: 'qemu' });
  const topic = await topicOnHost(packages, { name, ...connection }, environment);
  try {
    await topic.converge();
  } finally {
    await topic.host.close();
  }
}

/** Prints how long a part of a slow test took, because it is often asked which part took the minutes. */
export async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const from = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return result;
}
