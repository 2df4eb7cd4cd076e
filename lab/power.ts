import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { LabError } from './errors.ts';
import { cutPower, startHost, stopHost } from './host-process.ts';
import { requireHost } from './lab.ts';
import { withLock } from './lock.ts';
import { placeOf } from './place.ts';
import { layOn, liveDisk, snapshotDisk } from './qemu-disk.ts';
import type { HostState } from './state.ts';

/** Power switch and disk snapshots of lab hosts, for tests of what a crash leaves and for quick fresh starts. */

interface Held {
  readonly folder: string;
  readonly state: HostState;
}

async function withHost<T>(project: string, name: string, work: (host: Held) => Promise<T>): Promise<T> {
  return withLock(`${placeOf(project).id}-host-${name}`, async () => work(await requireHost(project, name)));
}

function requireQemu({ state }: Held): void {
  if (state.kind === 'qemu') return;
  throw new LabError('LAB_INPUT', `lab host "${state.spec.name}" is an nspawn host: only qemu hosts have snapshots`);
}

function checkLabel(label: string): void {
  if (/^[a-z0-9-]{1,40}$/.test(label)) return;
  throw new LabError('LAB_INPUT', `snapshot label "${label}": expected a-z, 0-9 and -, at most 40 characters`);
}

/** Takes the power away at once: a qemu guest loses all that it did not flush to its disk. */
export const labCutPower = (project: string, name: string): Promise<void> =>
  withHost(project, name, ({ folder, state }) => cutPower(placeOf(project), folder, state));

/** Clean shutdown; the disk stays. */
export const labStop = (project: string, name: string): Promise<void> =>
  withHost(project, name, ({ folder, state }) => stopHost(placeOf(project), folder, state));

/** Boots the host on the disk it has; returns when SSH answers. */
export const labStart = (project: string, name: string): Promise<void> =>
  withHost(project, name, ({ folder, state }) => startHost(placeOf(project), folder, state));

/** Shuts a qemu host down and keeps its disk under `label`; the host stays off, and goes on from there when started. */
export const labSnapshot = (project: string, name: string, label: string): Promise<void> =>
  withHost(project, name, async (host) => {
    requireQemu(host);
    checkLabel(label);
    const kept = snapshotDisk(host.folder, label);
    if (existsSync(kept)) throw new LabError('LAB_INPUT', `lab host "${name}" has a snapshot "${label}" already`);
    await stopHost(placeOf(project), host.folder, host.state);
    await rename(liveDisk(host.folder), kept);
    await layOn(host.folder, kept, 'qcow2');
  });

/** Puts a qemu host back to a snapshot, off; what it did since is lost. One boot gives a fresh provisioned machine. */
export const labRevert = (project: string, name: string, label: string): Promise<void> =>
  withHost(project, name, async (host) => {
    requireQemu(host);
    checkLabel(label);
    const kept = snapshotDisk(host.folder, label);
    if (!existsSync(kept)) throw new LabError('LAB_INPUT', `lab host "${name}" has no snapshot "${label}"`);
    await cutPower(placeOf(project), host.folder, host.state);
    await rm(liveDisk(host.folder), { force: true });
    await layOn(host.folder, kept, 'qcow2');
  });
