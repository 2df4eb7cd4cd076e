import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../lib/machine-lock.ts';
import { connectionOf } from './create.ts';
import { LabError } from './errors.ts';
import { stopHost } from './host-process.ts';
import { requireHost } from './lab.ts';
import { nspawnRoot } from './nspawn.ts';
import { placeOf } from './place.ts';
import { createQemuDisk, freePort, qemuFstab, qemuNetworkdFile, qemuResolver } from './qemu-disk.ts';
import { type HostState, writeState } from './state.ts';

/** Writes the files in which a virtual machine differs from a container. The rest of `personalize` stays. */
async function writeMachineFiles(root: string): Promise<void> {
  await writeFile(join(root, 'etc/systemd/network/10-lab.network'), qemuNetworkdFile);
  await writeFile(join(root, 'etc/resolv.conf'), qemuResolver);
  await writeFile(join(root, 'etc/fstab'), qemuFstab);
}

/**
 * Turns a container that was made from a qemu image (`labUp` with `imageKind: 'qemu'`) into a virtual machine. Its
 * files become a disk; its keys stay. It is off afterwards, and `labUp` boots it. So the part of a deploy before the
 * kernel matters can run at this machine's own speed; qemu without KVM takes fifteen times as long.
 */
export function labConvert(project: string, name: string): Promise<void> {
  const place = placeOf(project);
  return withLock(`${place.id}-host-${name}`, async () => {
    const { folder, state } = await requireHost(project, name);
    if (state.kind !== 'nspawn') throw new LabError('LAB_INPUT', `lab host "${name}" is a virtual machine already`);
    await stopHost(place, folder, state);
    const address = { address: '127.0.0.1', port: await freePort() };
    const machine: HostState = { ...state, ...address, kind: 'qemu', process: null };
    // Marked as half made until the end, so that the next `labUp` makes it from scratch after a crash.
    await writeState(folder, { ...machine, phase: 'creating' });
    const root = nspawnRoot(folder);
    await writeMachineFiles(root);
    await createQemuDisk(folder, root, machine.spec.diskBytes);
    await connectionOf(folder, machine);
    await writeState(folder, machine);
  });
}
