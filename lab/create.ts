import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { allocateAddress } from './addresses.ts';
import { machineResolver, writeHostIdentity } from './host-identity.ts';
import { ensureImage } from './image.ts';
import { ensureKeys, publicKey } from './keys.ts';
import type { LabKind } from './kind.ts';
import { withNetwork } from './network.ts';
import { copyRoot, networkdFile, nspawnRoot } from './nspawn.ts';
import type { Place } from './place.ts';
import { createQemuDisk, freePort, qemuFstab, qemuNetworkdFile, qemuResolver } from './qemu-disk.ts';
import type { HostSpec } from './spec.ts';
import { knownHostsLine } from './ssh.ts';
import {
  type Connection,
  type HostState,
  hostFolder,
  readState,
  writeConnection,
  writeRecord,
  writeState,
} from './state.ts';

export interface MadeHost {
  readonly state: HostState;
  readonly connection: Connection;
}

function takenAddresses(place: Place): ReadonlySet<string> {
  const states = readdirSync(place.hosts, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readState(join(place.hosts, entry.name)));
  return new Set(states.flatMap((state) => (state === null ? [] : [state.address])));
}

/** Claims an address by recording it, so that hosts made at the same time get different ones. */
async function claim(place: Place, spec: HostSpec, kind: LabKind, image: string): Promise<HostState> {
  const claimed = { spec, kind, image, disk: 'honest', phase: 'creating', process: null } as const;
  const folder = hostFolder(place, spec.name);
  if (kind === 'qemu') {
    const state = { ...claimed, address: '127.0.0.1', port: await freePort() };
    await writeState(folder, state);
    return state;
  }
  return withNetwork(place, async ({ subnet }) => {
    const state = { ...claimed, address: allocateAddress(subnet, takenAddresses(place)), port: 22 };
    await writeState(folder, state);
    return state;
  });
}

async function makeDisk(place: Place, folder: string, state: HostState): Promise<void> {
  const { name } = state.spec;
  const keys = await ensureKeys(folder, name);
  const root = nspawnRoot(folder);
  await copyRoot(state.image, root);
  if (state.kind === 'qemu') {
    await writeHostIdentity(root, { name, keys, network: qemuNetworkdFile, resolver: qemuResolver, fstab: qemuFstab });
    await createQemuDisk(folder, root, state.spec.diskBytes);
    return;
  }
  const network = await withNetwork(place, async (current) => networkdFile(state.address, current));
  await writeHostIdentity(root, { name, keys, network, resolver: machineResolver() });
}

/** Writes how the host is reached, and returns it. */
export async function connectionOf(folder: string, state: HostState): Promise<Connection> {
  const { identity, hostKey } = await ensureKeys(folder, state.spec.name);
  const { address, port } = state;
  const connection = { address, port, user: 'root', identity, hostKey: await publicKey(hostKey) };
  await writeRecord(join(folder, 'known_hosts'), knownHostsLine(connection));
  await writeConnection(folder, connection);
  return connection;
}

/** Makes the disk, keys and state of a host that does not exist yet. It is off afterwards. */
export async function createHost(
  place: Place,
  spec: HostSpec,
  kind: LabKind,
  progress: (text: string) => void,
  imageKind: LabKind = kind,
): Promise<MadeHost> {
  const folder = hostFolder(place, spec.name);
  const image = await ensureImage(place, spec.debian, imageKind, progress);
  progress(`make a Debian ${spec.debian} ${kind} host`);
  const claimed = await claim(place, spec, kind, image);
  await makeDisk(place, folder, claimed);
  const connection = await connectionOf(folder, claimed);
  const state: HostState = { ...claimed, phase: 'made' };
  await writeState(folder, state);
  return { state, connection };
}
