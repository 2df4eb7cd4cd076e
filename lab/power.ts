import { withLock } from '../lib/machine-lock.ts';
import { cutPower, startHost } from './host-process.ts';
import { requireHost } from './lab.ts';
import { placeOf } from './place.ts';
import type { DiskConduct, HostState } from './state.ts';

/** The power switch of lab hosts, for tests of the state after a crash. */

interface Held {
  readonly folder: string;
  readonly state: HostState;
}

async function withHost<T>(project: string, name: string, work: (host: Held) => Promise<T>): Promise<T> {
  return withLock(`${placeOf(project).id}-host-${name}`, async () => work(await requireHost(project, name)));
}

/** Cuts the power at once: a qemu guest loses all that it did not flush to its disk. */
export const labCutPower = (project: string, name: string): Promise<void> =>
  withHost(project, name, ({ folder, state }) => cutPower(placeOf(project), folder, state));

/** Boots the host on its disk and returns when SSH responds. The disk behaves as before, or as `disk` says. */
export const labStart = (project: string, name: string, disk?: DiskConduct): Promise<void> =>
  withHost(project, name, ({ folder, state }) =>
    startHost(placeOf(project), folder, { ...state, disk: disk ?? state.disk }),
  );
