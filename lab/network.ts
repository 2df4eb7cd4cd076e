import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { withLock } from '../lib/machine-lock.ts';
import { chooseSubnet, cidrOf, gatewayOf, type Subnet, takenSubnets } from './addresses.ts';
import { allowThroughDocker, forgetDocker } from './forwarding.ts';
import type { Place } from './place.ts';
import { run, succeeds } from './run.ts';
import { writeRecord } from './state.ts';

const forwarding = '/proc/sys/net/ipv4/ip_forward';

/**
 * One entry for each lab that is up on this machine. The last one to leave restores `ip_forward`. The folder is gone
 * after a reboot, and so is the sysctl.
 */
const usersFolder = '/run/jernverk-lab';

const recorded = z.strictObject({ third: z.int().min(0).max(255), mtu: z.int() });

/** The network of one lab's nspawn hosts. */
export interface LabNetwork {
  readonly subnet: Subnet;
  /**
   * Bytes. The MTU of the machine's way out, because nothing between the two would tell a sender that its packets are
   * too large.
   */
  readonly mtu: number;
}

/** Returns the lab's own table as a whole. It is replaced in one transaction and removed by its name. */
export function ruleset(place: Place, subnet: Subnet): string {
  return [
    `table ip ${place.table}`,
    `delete table ip ${place.table}`,
    `table ip ${place.table} {`,
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    `    ip saddr ${cidrOf(subnet)} oifname != "${place.bridge}" masquerade`,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Returns the MTU in bytes, from `ip -j link show dev X`. */
export const parseMtu = (json: string): number =>
  z.array(z.object({ mtu: z.int() })).parse(JSON.parse(json))[0]?.mtu ?? 1500;

async function machineMtu(): Promise<number> {
  const route = await run('ip', ['-4', 'route', 'show', 'default']);
  const device = /\bdev (\S+)/.exec(route)?.[1];
  return device === undefined ? 1500 : parseMtu(await run('ip', ['-j', 'link', 'show', 'dev', device]));
}

const recordPath = (place: Place): string => join(place.hosts, 'network.json');

async function readRecord(place: Place): Promise<LabNetwork | null> {
  const text = await readFile(recordPath(place), 'utf8').catch(() => null);
  if (text === null) return null;
  const { third, mtu } = recorded.parse(JSON.parse(text));
  return { subnet: { third }, mtu };
}

async function chooseNetwork(place: Place): Promise<LabNetwork> {
  const routes = await run('ip', ['-4', 'route', 'show', 'table', 'all']);
  const network = { subnet: chooseSubnet(place.id, takenSubnets(routes)), mtu: await machineMtu() };
  await writeRecord(recordPath(place), `${JSON.stringify({ third: network.subnet.third, mtu: network.mtu })}\n`);
  return network;
}

async function createBridge(place: Place, network: LabNetwork): Promise<void> {
  await run('ip', ['link', 'add', place.bridge, 'mtu', String(network.mtu), 'type', 'bridge']);
  await run('ip', ['address', 'add', `${gatewayOf(network.subnet)}/24`, 'dev', place.bridge]);
}

async function allowForwarding(place: Place): Promise<void> {
  await mkdir(usersFolder, { recursive: true });
  const before = join(usersFolder, 'ip_forward.before');
  if (!existsSync(before)) await writeFile(before, await readFile(forwarding, 'utf8'));
  await writeFile(join(usersFolder, place.table), '');
  await writeFile(forwarding, '1\n');
}

async function restoreForwarding(place: Place): Promise<void> {
  const before = join(usersFolder, 'ip_forward.before');
  await rm(join(usersFolder, place.table), { force: true });
  const others = (await readdir(usersFolder).catch(() => [])).filter((name) => name.startsWith('jernverk_'));
  if (others.length > 0 || !existsSync(before)) return;
  await writeFile(forwarding, await readFile(before, 'utf8'));
  await rm(usersFolder, { recursive: true, force: true });
}

async function ensure(place: Place): Promise<LabNetwork> {
  const network = (await readRecord(place)) ?? (await chooseNetwork(place));
  if (!existsSync(`/sys/class/net/${place.bridge}`)) await createBridge(place, network);
  await run('ip', ['link', 'set', place.bridge, 'up']);
  await run('nft', ['-f', '-'], { input: ruleset(place, network.subnet) });
  await allowThroughDocker(place.bridge, place.table);
  await allowForwarding(place);
  return network;
}

/**
 * Sets up bridge, address, NAT and forwarding if any of them is missing, and runs `work` while no other lab on this
 * machine changes its network. So labs choose their subnets in turn, and none loses its network while one of its hosts
 * starts.
 */
export const withNetwork = <T>(place: Place, work: (network: LabNetwork) => Promise<T>): Promise<T> =>
  withLock('network', async () => work(await ensure(place)));

/** The hosts that the lab has when its network might be removed. */
export interface NetworkUse {
  readonly running: boolean;
  /** Stopped hosts are kept, so their addresses stay valid. */
  readonly kept: boolean;
}

/** Restores the machine to its state before the first host, unless a host runs. */
export function removeNetwork(place: Place, use: () => Promise<NetworkUse>): Promise<void> {
  return withLock('network', async () => {
    const { running, kept } = await use();
    if (running) return;
    if (existsSync(`/sys/class/net/${place.bridge}`)) await run('ip', ['link', 'delete', place.bridge]);
    if (await succeeds('nft', ['list', 'table', 'ip', place.table])) {
      await run('nft', ['delete', 'table', 'ip', place.table]);
    }
    await forgetDocker(place.table);
    await restoreForwarding(place);
    if (!kept) await rm(recordPath(place), { force: true });
  });
}
